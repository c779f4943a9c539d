import { Notification } from '@jupyterlab/apputils';

import type { ApiError } from '../../contract/error';
import { toApiError } from '../gateway/resource';

/** What happened, why, and the next step, as one text. */
export function sentences(error: ApiError): string {
  return [error.message, error.cause, error.action].filter(Boolean).join(' ');
}

/** Says a failed action's error where the user is, and keeps it in the notification list. */
export function notifyError(error: unknown): void {
  Notification.error(sentences(toApiError(error)), { autoClose: false });
}

/** Runs an action; its error is told to the user and to whoever called the command. */
export async function telling<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    notifyError(error);
    throw error;
  }
}
