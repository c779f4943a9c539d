import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import { causeOf, codeOf, messageOf } from '../../thrown';

/** The body of a refusal, as the OCI distribution specification has it. */
const Refusal = z.object({
  errors: z
    .array(
      z.object({
        code: z.string(),
        message: z.string().optional(),
        detail: z.unknown().optional()
      })
    )
    .min(1)
});

/** A registry's answer that is no success. */
export interface IRefusal {
  status: number;
  /** The registry's own code, such as `DENIED`; empty where it gave none. */
  code: string;
  /** Its words, shortened, without anything secret. */
  words: string;
  /** Its disk is full. */
  full: boolean;
}

/** @param hide Takes secrets out of a text that somebody else wrote. */
export function readRefusal(
  status: number,
  body: string,
  hide: (text: string) => string
): IRefusal {
  const [first] = parse(body)?.errors ?? [];
  const detail = first?.detail === undefined ? '' : JSON.stringify(first.detail);
  const words = hide([first?.code, first?.message].filter(Boolean).join(': '));
  return {
    status,
    code: first?.code ?? '',
    words: words.replace(/[^\x20-\x7e]/g, ' ').slice(0, 200),
    // 28 is ENOSPC, as the reference implementation passes it on.
    full: status === 507 || /no space left|"Err":28\b/i.test(detail)
  };
}

/** The sentence for a refusal that nothing more is known about. */
export function refused(
  registry: string,
  doing: string,
  refusal: IRefusal
): MlopsError {
  const { status, words, full } = refusal;
  const cause = words === '' ? `HTTP ${status}` : `HTTP ${status}, ${words}`;
  if (full) {
    return new MlopsError('unavailable', {
      code: 'registry-full',
      message: `The disk of the registry ${registry} is full: it did not ${doing}.`,
      cause,
      action: 'Ask whoever runs the registry for space, then push again.'
    });
  }
  if (status === 429) {
    return new MlopsError('unavailable', {
      code: 'registry-busy',
      message: `The registry ${registry} takes no more requests at the moment.`,
      cause,
      action: 'Try again later.'
    });
  }
  return new MlopsError(status >= 500 ? 'unavailable' : 'failed', {
    code: 'registry-failed',
    message: `The registry ${registry} did not ${doing}.`,
    cause,
    action:
      status >= 500
        ? 'Try again; if it stays so, ask whoever runs the registry.'
        : 'Ask whoever runs the registry.'
  });
}

/** 401 after a login was sent, or without one. */
export function loginRefused(registry: string, source: string | null): MlopsError {
  const host = registry.split('/')[0];
  return source === null
    ? new MlopsError('forbidden', {
        code: 'registry-login-missing',
        message: `The registry ${host} asks for a login, and none was found for ${registry}.`,
        action: `Run podman login ${host} or docker login ${host}, or set REGISTRY_AUTH_FILE.`
      })
    : new MlopsError('forbidden', {
        code: 'registry-login-refused',
        message: `The registry ${host} did not accept the login in ${source}.`,
        cause: 'User or password are wrong, or the token has expired.',
        action: `Log in again: podman login ${host} or docker login ${host}.`
      });
}

/** Who is logged in may not do that. */
export function notAllowed(
  registry: string,
  push: boolean,
  source: string | null,
  words = ''
): MlopsError {
  const who = source === null ? 'Nobody is logged in' : `The login in ${source}`;
  const what = push ? 'push to' : 'pull from';
  return new MlopsError('forbidden', {
    code: push ? 'registry-push-refused' : 'registry-pull-refused',
    message: `You may not ${what} ${registry}.`,
    cause: [
      source === null ? `${who}.` : `${who} has no right to ${what} it.`,
      ...(words === '' ? [] : [`The registry says: ${words}`])
    ].join(' '),
    action: `Ask for the right to ${what} ${registry}, or log in as somebody who has it.`
  });
}

/** What broke on the way to a registry, in plain words. */
export function notReachable(registry: string, error: unknown): MlopsError {
  const host = registry.split('/')[0];
  const { code, text } = rootOf(error);
  if (CERTIFICATE.test(code)) {
    return new MlopsError('unavailable', {
      code: 'registry-certificate-unknown',
      message: `The certificate of the registry ${host} is not trusted.`,
      cause: text,
      action:
        'Name the file of its authority under image.ca in mlops.yaml, or in SSL_CERT_FILE.'
    });
  }
  if (isPlainAnswer(error)) {
    return new MlopsError('unavailable', {
      code: 'registry-not-encrypted',
      message: `The registry ${host} answers without encryption.`,
      cause: 'Logins and models would be readable on the way.',
      action:
        'Use its https address, or set image.plainHttp in mlops.yaml if the network is trusted.'
    });
  }
  return new MlopsError('unavailable', {
    code: 'registry-not-reachable',
    message: `The registry ${host} cannot be reached.`,
    cause: REASONS[code] ?? code,
    action:
      'Check its address in mlops.yaml, the network and the proxy, then try again.'
  });
}

/** Errors of the network have a code; others are defects of ours. */
export function isNetworkError(error: unknown): boolean {
  return rootOf(error).code !== '';
}

/** Whether somebody answered in plain HTTP where TLS was spoken. */
export function isPlainAnswer(error: unknown): boolean {
  const { code, text } = rootOf(error);
  return (
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/.test(code) ||
    /wrong version number|packet length too long/i.test(text)
  );
}

const CERTIFICATE = /CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|SELF_SIGNED|ERR_TLS_CERT/;

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'Nothing listens there.',
  ENOTFOUND: 'Its name is not known.',
  EAI_AGAIN: 'Its name could not be looked up.',
  ECONNRESET: 'The connection broke.',
  EPIPE: 'The connection broke.',
  UND_ERR_SOCKET: 'The connection broke.',
  UND_ERR_CONNECT_TIMEOUT: 'It did not answer in time.',
  UND_ERR_HEADERS_TIMEOUT: 'It did not answer in time.',
  UND_ERR_BODY_TIMEOUT: 'It stopped in the middle of an answer.',
  ETIMEDOUT: 'It did not answer in time.',
  EHOSTUNREACH: 'There is no way to it.',
  ENETUNREACH: 'There is no way to it.'
};

/** The innermost error that has a code. Addresses of proxies may hold passwords: no message is told but TLS's own. */
function rootOf(error: unknown): { code: string; text: string } {
  const codes: string[] = [];
  let text = '';
  for (let one = error, depth = 0; one && depth < 5; one = causeOf(one), depth++) {
    if (codeOf(one)) {
      codes.push(codeOf(one));
      text = messageOf(one);
    }
  }
  return { code: codes.at(-1) ?? '', text };
}

function parse(body: string): z.infer<typeof Refusal> | null {
  try {
    const parsed = Refusal.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
