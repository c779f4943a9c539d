import * as React from 'react';

import type { LogLine } from '../../contract/run';
import { Button } from '../elements/button';
import { clockTime } from '../elements/format';
import { followIcon } from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { useTrans } from '../elements/translation';
import type { StepLog } from './step-log';

/** Pixels a line, and lines drawn beyond what is in sight. */
const LINE = 18;
const MARGIN = 30;
/** Browsers cannot draw higher elements; with more lines the bar scrolls in larger steps. */
const TALLEST = 8_000_000;

/** The log: only the lines in sight are in the page, so that any number costs the same. */
export function LogView({ log }: { log: StepLog }): React.ReactElement {
  const trans = useTrans();
  const [follows, setFollows] = React.useState(true);
  const [top, setTop] = React.useState(0);
  const [height, setHeight] = React.useState(400);
  const box = React.useRef<HTMLDivElement>(null);
  useLog(log);

  const count = log.lines.length;
  const tall = Math.min(count * LINE, TALLEST);
  React.useLayoutEffect(() => {
    if (follows && box.current) {
      box.current.scrollTop = tall;
    }
  }, [follows, tall, count]);
  React.useEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const scroll = (event: React.UIEvent<HTMLDivElement>): void => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
    setTop(scrollTop);
    setFollows(scrollHeight - scrollTop - clientHeight < LINE * 2);
  };
  const inSight = Math.ceil(height / LINE);
  const reach = Math.max(1, tall - height);
  const first = Math.max(
    0,
    Math.floor((Math.min(top, reach) / reach) * Math.max(0, count - inSight)) - MARGIN
  );
  const lines = log.lines.slice(first, first + inSight + 2 * MARGIN);
  const shift = tall < TALLEST ? first * LINE : Math.max(0, top - MARGIN * LINE);
  return (
    <div className="jp-mlops-Log">
      {log.error && <ErrorNote error={log.error} />}
      {log.dropped > 0 && (
        <p className="jp-mlops-Small">
          {trans.__('%1 earlier lines are in the stored log.', log.dropped)}
        </p>
      )}
      {count === 0 && log.isLoaded && !log.error && (
        <p className="jp-mlops-Small">
          {trans.__('This step has not written anything.')}
        </p>
      )}
      <div
        ref={box}
        className="jp-mlops-Log-box"
        role="log"
        aria-live="off"
        aria-label={trans.__('Log')}
        tabIndex={0}
        onScroll={scroll}
      >
        <div style={{ height: tall }}>
          <div style={{ transform: `translateY(${shift}px)` }}>
            {lines.map(line => (
              <Line key={line.offset} line={line} />
            ))}
          </div>
        </div>
      </div>
      {!follows && (
        <div className="jp-mlops-Log-follow">
          <Button
            icon={followIcon}
            label={trans.__('Follow')}
            onClick={() => setFollows(true)}
          />
        </div>
      )}
    </div>
  );
}

const Line = React.memo(function Line({ line }: { line: LogLine }) {
  return (
    <div className={`jp-mlops-Log-line jp-mlops-mod-${line.stream}`}>
      <time dateTime={line.time}>{clockTime(line.time)}</time>
      <span>{line.text}</span>
    </div>
  );
});

/** Draws again when lines have come, at most once a frame. */
function useLog(log: StepLog): void {
  const [, draw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    let frame = 0;
    const changed = (): void => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
    };
    log.changed.connect(changed);
    changed();
    return () => {
      cancelAnimationFrame(frame);
      log.changed.disconnect(changed);
    };
  }, [log]);
}
