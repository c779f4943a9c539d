import * as React from 'react';

/** The width of an element in pixels, as it is now: what is drawn at it keeps its text's size. */
export function useWidth<E extends HTMLElement>(
  initial: number
): [ref: React.RefObject<E>, width: number] {
  const ref = React.useRef<E>(null);
  const [width, setWidth] = React.useState(initial);
  React.useEffect(() => {
    const element = ref.current;
    if (!element) {
      return;
    }
    const observer = new ResizeObserver(() =>
      // Zero while hidden.
      setWidth(before => element.clientWidth || before)
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
