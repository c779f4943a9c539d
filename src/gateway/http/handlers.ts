import type { Actor } from '../../contract/identifier';
import type { RouteName } from '../../contract/paths';
import type { BodyOf, ParamsOf, QueryOf, ReplyOf } from '../../contract/routes';

/** A validated call of one route. */
export interface ICall<N extends RouteName> {
  params: ParamsOf<N>;
  query: QueryOf<N>;
  body: BodyOf<N>;
  actor: Actor;
  /** The user's own token where the platform forwards one; for this request only, never stored. */
  token: string | null;
  /** The folder against which the caller's relative paths stand. */
  rootDir: string;
  request: Request;
}

/** Gives what the route's schema says; files and streams answer with a `Response` of their own. */
export type Handler<N extends RouteName> = (
  call: ICall<N>
) => ReplyOf<N> | Response | Promise<ReplyOf<N> | Response>;

/** The handlers of one stage, by route. */
export type Handlers = { [N in RouteName]?: Handler<N> };
