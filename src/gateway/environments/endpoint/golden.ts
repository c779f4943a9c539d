import { randomUUID } from 'node:crypto';

import { MlopsError } from '../../../contract/mlops-error';
import { compareGolden, GoldenRequest } from '../../models/golden';
import { PROBE } from '../../serving/inference-protocol';
import type { IServedModel } from '../../serving/port';

/** Reads a version's golden request from the store. @throws MlopsError `golden-unreadable` */
export function readGolden(content: unknown): GoldenRequest {
  const golden = GoldenRequest.safeParse(content);
  if (!golden.success) {
    throw new MlopsError('failed', {
      code: 'golden-unreadable',
      message: 'The golden request of the version cannot be read.',
      cause: golden.error.issues[0]?.message,
      action: 'Register the model again.'
    });
  }
  return golden.data;
}

/**
 * Asks a model that has just become ready for the answers that it gave in training.
 *
 * @throws MlopsError `golden-mismatch`
 */
export async function answerGolden(
  served: IServedModel,
  golden: GoldenRequest
): Promise<void> {
  const reply = await served.predict(golden.rows, { id: `${PROBE}${randomUUID()}` });
  const { same, summary } = compareGolden(golden, reply);
  if (!same) {
    const { model, version } = served.version;
    throw new MlopsError('failed', {
      code: 'golden-mismatch',
      message: `${model} v${version} does not answer its golden request as in training.`,
      cause: summary,
      action: 'Test the version again; train and register it anew if it still differs.'
    });
  }
}
