import { Widget } from '@lumino/widgets';

/**
 * An intelligent app in a frame of its own. `allow-scripts` without `allow-same-origin`: a page that
 * shared Jupyter's origin could run kernels.
 */
export class AppWidget extends Widget {
  constructor(options: AppWidget.IOptions) {
    super();
    this.addClass('jp-mlops-App');
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.referrerPolicy = 'no-referrer';
    frame.title = options.title;
    frame.src = options.address;
    this.node.append(frame);
  }
}

export namespace AppWidget {
  export interface IOptions {
    title: string;
    address: string;
  }
}
