import * as React from 'react';

/** A digest or commit cut to what tells it apart; whole in the tooltip. */
export function Digest({ value }: { value: string }): React.ReactElement {
  return (
    <code className="jp-mlops-Digest" title={value}>
      {shortDigest(value)}
    </code>
  );
}

/** A text in which every whole digest is cut. */
export function withShortDigests(text: string): string {
  return text.replace(
    /sha256:[0-9a-f]{64}/g,
    digest => `sha256:${shortDigest(digest)}`
  );
}

/** `sha256:` digests keep both ends, commits their first seven digits. */
export function shortDigest(value: string): string {
  const [, hex] = /^sha256:([0-9a-f]+)$/.exec(value) ?? [];
  return hex ? `${hex.slice(0, 6)}…${hex.slice(-4)}` : value.slice(0, 7);
}
