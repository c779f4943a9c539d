import { randomUUID } from 'node:crypto';

import { Hono, type Context } from 'hono';
import type { Logger } from 'pino';
import type { z } from 'zod';

import type { ApiError } from '../../contract/error';
import type { Actor } from '../../contract/identifier';
import { MlopsError } from '../../contract/mlops-error';
import { API_PREFIX, type RouteName } from '../../contract/paths';
import { routes } from '../../contract/routes';
import { toApiError } from '../jobs/jobs';
import { ROOT_HEADER } from './forwarder';
import type { Handlers, ICall } from './handlers';
import { messageOf } from '../thrown';

export interface IApplicationOptions {
  log: Logger;
  /** Who calls when nobody says so: the command line of this user. */
  user: string;
  /** The folder that this gateway's Jupyter Server serves, or where its command line stands. */
  rootDir: string;
  /** Answers in this process where it gives handlers; else `elsewhere` answers. */
  handlers(): Handlers | null;
  /** Hands a request to the gateway that holds the lease. */
  elsewhere(request: Request): Promise<Response>;
  /** Handlers that always answer here, whoever holds the lease. */
  local: Handlers;
}

/** All routes of the contract as one application, ready for a socket or for direct calls. */
export function createApplication(options: IApplicationOptions): Hono {
  const app = new Hono();
  app.get('/healthz', context => context.json({ ok: true }));
  for (const name of Object.keys(routes).filter(isRouteName)) {
    const { method, path } = routes[name];
    app.on(method, `${API_PREFIX}${path}`, context => answer(options, name, context));
  }
  app.notFound(context =>
    context.json<ApiError>(
      {
        code: 'route-unknown',
        message: `There is no ${context.req.method} ${context.req.path}.`
      },
      404
    )
  );
  return app;
}

function isRouteName(name: string): name is RouteName {
  return name in routes;
}

async function answer(
  options: IApplicationOptions,
  name: RouteName,
  context: Context
): Promise<Response> {
  const requestId = context.req.header('X-Request-Id') ?? randomUUID();
  const log = options.log.child({ requestId, route: name });
  const started = performance.now();
  const respond = async (): Promise<Response> => {
    try {
      const handlers = name in options.local ? options.local : options.handlers();
      if (!handlers) {
        return await options.elsewhere(context.req.raw);
      }
      return await call(options, handlers, name, context);
    } catch (error) {
      const body = toApiError(error);
      const status = error instanceof MlopsError ? error.status : 500;
      // A message may quote a value of a row; what we foresaw is told by its code.
      if (error instanceof MlopsError) {
        log.info({ code: body.code }, 'request refused or failed');
      } else {
        log.error({ err: error }, 'request failed');
      }
      return Response.json(body, { status });
    }
  };
  const response = await respond();
  log.debug({ status: response.status, ms: Math.round(performance.now() - started) });
  return response;
}

async function call<N extends RouteName>(
  options: IApplicationOptions,
  handlers: Handlers,
  name: N,
  context: Context
): Promise<Response> {
  const route = routes[name];
  const handler = handlers[name];
  if (!handler) {
    throw new MlopsError('unavailable', {
      code: 'not-offered',
      message: `This gateway does not offer ${route.method} ${route.path}.`
    });
  }
  const validated = {
    params: check(route.params, context.req.param(), 'The address'),
    query: check(route.query, context.req.query(), 'The query'),
    body: route.raw ? {} : check(route.body, await json(context), 'The request'),
    actor: actorOf(context, options.user),
    token: context.req.header('X-Mlops-User-Token') ?? null,
    rootDir: rootOf(context) ?? options.rootDir,
    request: context.req.raw
  };
  // Each part was checked against the schemas that ICall<N> is inferred from.
  const reply = await handler(validated as ICall<N>);
  return reply instanceof Response ? reply : context.json(reply);
}

async function json(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MlopsError('refused', {
      code: 'request-not-json',
      message: 'The request is not JSON.',
      cause: messageOf(error)
    });
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const issues = result.error.issues.map(issue => ({
    path: issue.path.join('.'),
    message: issue.message
  }));
  const [first] = issues;
  const place = first.path ? ` at ${first.path}` : '';
  throw new MlopsError('refused', {
    code: 'request-invalid',
    message: `${what} is not valid${place}: ${first.message}`,
    details: { issues }
  });
}

/** Named by the gateway that handed the request over: its server may serve another folder. */
function rootOf(context: Context): string | null {
  const root = context.req.header(ROOT_HEADER);
  return root === undefined ? null : decodeURIComponent(root);
}

function actorOf(context: Context, user: string): Actor {
  const name = context.req.header('X-Mlops-User');
  if (!name) {
    return { name: user, asserted: true };
  }
  return {
    name: decodeURIComponent(name),
    asserted: context.req.header('X-Mlops-User-Asserted') !== '0'
  };
}
