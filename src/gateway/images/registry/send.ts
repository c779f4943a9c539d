/** What a request carries; asked for anew on every attempt. */
export type Body = string | Uint8Array | (() => AsyncIterable<Uint8Array>);

/** One HTTP request. */
export interface IOutgoing {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: Body;
}

/** A reply whose body must be read or dropped. */
export interface IReply {
  status: number;
  /** The last value where a header came more than once. */
  header(name: string): string | null;
  headers: Record<string, string | string[] | undefined>;
  /** At most 64 KiB of it: what registries say in words is short. */
  text(): Promise<string>;
  content(): AsyncIterable<Uint8Array>;
  drop(): Promise<void>;
}

/** Sends a request as often as that makes sense. */
export type Send = (url: URL, request: IOutgoing) => Promise<IReply>;
