import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

/** What a new view shows and how it is found again. */
export interface IViewOptions<W extends Widget> {
  /** Opening the same key again brings the same view to the front. */
  key: string;
  title: string;
  icon: LabIcon;
  /** Arguments of the command that opens it again after the page was reloaded. */
  args: ReadonlyJSONObject;
  create(): Promise<W>;
}

/** The main-area views of one kind: one each key, restored with the layout. */
export class Views<W extends Widget> {
  constructor(app: JupyterFrontEnd, kind: string) {
    this._app = app;
    this._kind = kind;
    this._tracker = new WidgetTracker({ namespace: `mlops-${kind}` });
  }

  /** The content of the view in front; null where another kind of view is. */
  get current(): W | null {
    const { currentWidget } = this._tracker;
    return currentWidget && this._app.shell.currentWidget === currentWidget
      ? currentWidget.content
      : null;
  }

  restoreWith(restorer: ILayoutRestorer, command: string): void {
    void restorer.restore(this._tracker, {
      command,
      args: view => this._args.get(view) ?? {},
      name: view => view.id
    });
  }

  async open(options: IViewOptions<W>): Promise<W> {
    const id = `jp-mlops-${this._kind}-${options.key}`;
    const found = this._tracker.find(view => view.id === id);
    const view = found ?? (await this._create(id, options));
    if (!view.isAttached) {
      this._app.shell.add(view, 'main');
    }
    this._app.shell.activateById(id);
    return view.content;
  }

  private async _create(
    id: string,
    options: IViewOptions<W>
  ): Promise<MainAreaWidget<W>> {
    const content = await options.create();
    content.addClass('jp-mlops-View');
    show(content, `${this._kind} ${options.key}`);
    const view = new MainAreaWidget({ content });
    view.id = id;
    view.title.label = options.title;
    view.title.caption = options.title;
    view.title.icon = options.icon;
    view.title.closable = true;
    view.toolbar.hide();
    this._args.set(view, options.args);
    await this._tracker.add(view);
    return view;
  }

  private readonly _app: JupyterFrontEnd;
  private readonly _kind: string;
  private readonly _tracker: WidgetTracker<MainAreaWidget<W>>;
  private readonly _args = new WeakMap<Widget, ReadonlyJSONObject>();
}

/** Marks what a view shows, as `<kind> <key>`. */
export function show(content: Widget, what: string): void {
  content.node.dataset.mlopsShows = what;
}

/** Whether a main-area widget is the view of `<kind> <key>`. */
export function isShown(widget: Widget | null, what: string): boolean {
  const content = widget?.node.querySelector<HTMLElement>('.jp-mlops-View');
  return content?.dataset.mlopsShows === what;
}
