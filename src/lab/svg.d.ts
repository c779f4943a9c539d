/** An icon's source; the bundler hands it over as text. */
declare module '*.svg' {
  const source: string;
  export default source;
}
