import type { IncomingHttpHeaders } from 'node:http';

import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import { readOrigin, type IEventOrigin } from './annotations';

const TYPES = {
  'org.kubeflow.serving.inference.request': 'request',
  'org.kubeflow.serving.inference.response': 'response'
} as const;

/** Which half of an exchange an event tells. */
export type Half = (typeof TYPES)[keyof typeof TYPES];

/** What the headers of an event of KServe's logger say. */
export interface ICloudEvent {
  /** The same of both halves, and of every repetition. */
  exchange: string;
  id: string;
  half: Half;
  /** When KServe saw it, in milliseconds since 1970. */
  at: number;
  origin: IEventOrigin;
}

const Headers = z.object({
  'ce-specversion': z.literal('1.0'),
  'ce-type': z.string().min(1),
  'ce-id': z.string().min(1).max(1024),
  'ce-source': z.string().min(1).max(1024),
  'ce-time': z.iso.datetime({ offset: true }),
  'ce-namespace': z.string().min(1).max(63),
  'ce-inferenceservicename': z.string().min(1).max(253),
  'ce-annotations': z.string().optional()
});

/**
 * Reads an event in binary mode, as KServe's logger sends it.
 *
 * @param namespace The only one whose events are taken.
 * @throws MlopsError `event-invalid`, `event-type-unknown`, `event-elsewhere`, `event-origin-missing`
 */
export function readCloudEvent(
  headers: IncomingHttpHeaders,
  namespace: string
): ICloudEvent {
  const read = Headers.safeParse(headers);
  if (!read.success) {
    const [{ path, message }] = read.error.issues;
    throw new MlopsError('refused', {
      code: 'event-invalid',
      message: 'This is no CloudEvent 1.0 of KServe in binary mode.',
      cause: `${path.join('.')}: ${message}`
    });
  }
  const event = read.data;
  const half = isType(event['ce-type']) ? TYPES[event['ce-type']] : null;
  if (half === null) {
    throw new MlopsError('refused', {
      code: 'event-type-unknown',
      message: 'Only requests and responses of models are collected.',
      cause: `ce-type: ${event['ce-type'].slice(0, 100)}`
    });
  }
  if (event['ce-namespace'] !== namespace) {
    throw new MlopsError('forbidden', {
      code: 'event-elsewhere',
      message: `Only events of the namespace ${namespace} are collected here.`
    });
  }
  const origin = readOrigin(parsed(event['ce-annotations']));
  if (origin === null) {
    throw new MlopsError('refused', {
      code: 'event-origin-missing',
      message:
        'The event does not say which model answered, and which columns may be stored.',
      action:
        'Promote the model again with ‘monitoring.collector’ in mlops.yaml; KServe must know ‘logger.metadataAnnotations’.'
    });
  }
  const id = event['ce-id'];
  const service = event['ce-inferenceservicename'];
  return {
    // CloudEvents: source and id together name an event.
    exchange: JSON.stringify([service, event['ce-source'], id]),
    id,
    half,
    at: Date.parse(event['ce-time']),
    origin
  };
}

function isType(type: string): type is keyof typeof TYPES {
  return Object.hasOwn(TYPES, type);
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
