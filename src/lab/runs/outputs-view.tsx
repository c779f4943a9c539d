import type * as nbformat from '@jupyterlab/nbformat';
import { OutputModel, type IRenderMimeRegistry } from '@jupyterlab/rendermime';
import * as React from 'react';

import type { ApiError } from '../../contract/error';
import type { StepCell } from '../../contract/pipeline';
import { ErrorNote } from '../elements/problem-note';
import { useTrans } from '../elements/translation';
import { toApiError } from '../gateway/resource';

export type FetchNotebook = () => Promise<nbformat.INotebookContent>;

interface IProps {
  cells: readonly StepCell[];
  rendermime: IRenderMimeRegistry;
  fetchNotebook: FetchNotebook;
}

/** What the step's cells put out, as the executed notebook holds it. */
export function OutputsView(props: IProps): React.ReactElement {
  const trans = useTrans();
  const [notebook, setNotebook] = React.useState<nbformat.INotebookContent | null>(
    null
  );
  const [error, setError] = React.useState<ApiError | null>(null);
  const { fetchNotebook } = props;
  React.useEffect(() => {
    let gone = false;
    fetchNotebook().then(
      content => gone || setNotebook(content),
      (reason: unknown) => gone || setError(toApiError(reason))
    );
    return () => {
      gone = true;
    };
    // Mounted anew for each step and state: fetched once.
  }, []);
  if (error) {
    return <ErrorNote error={error} />;
  }
  if (!notebook) {
    return <p className="jp-mlops-Quiet">{trans.__('Loading…')}</p>;
  }
  const outputs = props.cells.map(({ id, index }) => ({
    index,
    outputs: outputsOf(
      notebook.cells.find(cell => cell.id === id) ?? notebook.cells[index]
    )
  }));
  if (outputs.every(cell => cell.outputs.length === 0)) {
    return (
      <p className="jp-mlops-Quiet">
        {trans.__('The cells of this step put out nothing.')}
      </p>
    );
  }
  return (
    <>
      {outputs
        .filter(cell => cell.outputs.length > 0)
        .map(cell => (
          <section key={cell.index} aria-label={trans.__('Cell %1', cell.index + 1)}>
            <h3 className="jp-mlops-Small">{trans.__('Cell %1', cell.index + 1)}</h3>
            {cell.outputs.map((output, position) => (
              <Output
                key={position}
                output={output}
                imageText={trans.__('Picture put out by cell %1', cell.index + 1)}
                rendermime={props.rendermime}
              />
            ))}
          </section>
        ))}
    </>
  );
}

function outputsOf(cell: nbformat.ICell | undefined): nbformat.IOutput[] {
  return cell && Array.isArray(cell.outputs)
    ? (cell.outputs as nbformat.IOutput[])
    : [];
}

/** One output, drawn by JupyterLab's own renderers; untrusted, as a file from elsewhere would be. */
function Output(props: {
  output: nbformat.IOutput;
  /** Said for a picture that brings no text of its own. */
  imageText: string;
  rendermime: IRenderMimeRegistry;
}): React.ReactElement {
  const host = React.useRef<HTMLDivElement>(null);
  const { output, imageText, rendermime } = props;
  React.useEffect(() => {
    const model = new OutputModel({ value: output, trusted: false });
    const type = rendermime.preferredMimeType(model.data, 'any');
    if (!type || !host.current) {
      return;
    }
    const renderer = rendermime.createRenderer(type);
    void renderer.renderModel(model).then(() => {
      for (const image of renderer.node.querySelectorAll('img')) {
        image.alt ||= imageText;
      }
    });
    host.current.replaceChildren(renderer.node);
    return () => {
      renderer.dispose();
      model.dispose();
    };
  }, [output, imageText, rendermime]);
  return <div ref={host} className="jp-mlops-Output jp-RenderedHTMLCommon" />;
}
