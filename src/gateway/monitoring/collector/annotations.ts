import { z } from 'zod';

/** Of our labels and annotations. */
export const PREFIX = 'jupyterlab-mlops';

/** Annotations of an InferenceService that KServe's logger sends along with each event. */
export const DIGEST = `${PREFIX}/digest`;
export const ENVIRONMENT = `${PREFIX}/environment`;
export const SENSITIVE = `${PREFIX}/sensitive`;

/** What the annotations of an event say of the model that answered. */
export interface IEventOrigin {
  digest: string;
  environment: string;
  /** Columns that are never stored. */
  sensitive: string[];
}

const Origin = z.object({
  [DIGEST]: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  [ENVIRONMENT]: z.string().min(1),
  [SENSITIVE]: z.string()
});

/** What the collector has to know of each event, as annotations of its InferenceService. */
export function originAnnotations({
  digest,
  environment,
  sensitive
}: IEventOrigin): Record<string, string> {
  return {
    [DIGEST]: digest,
    [ENVIRONMENT]: environment,
    [SENSITIVE]: sensitive.map(column).join('&')
  };
}

/** Null where an annotation is missing: then nothing says what may be stored. */
export function readOrigin(annotations: unknown): IEventOrigin | null {
  const read = Origin.safeParse(annotations);
  if (!read.success) {
    return null;
  }
  const {
    [DIGEST]: digest,
    [ENVIRONMENT]: environment,
    [SENSITIVE]: names
  } = read.data;
  try {
    const sensitive = names === '' ? [] : names.split('&').map(decodeURIComponent);
    return { digest, environment, sensitive };
  } catch {
    return null;
  }
}

/** KServe hands annotations on in a list with commas: none may stand in a name. */
function column(name: string): string {
  return encodeURIComponent(name);
}
