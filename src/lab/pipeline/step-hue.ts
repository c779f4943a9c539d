const HUES = 5;

/** CSS class of a step's hue. The hue only helps the eye: number and name tell steps apart. */
export function stepHue(index: number): string {
  return `jp-mlops-hue-${(index % HUES) + 1}`;
}
