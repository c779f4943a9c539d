import type { z } from 'zod';

import { FeedbackRequest } from '../../../contract/environment';
import type { Database } from '../../store/database';
import type { IPayloadPart } from '../capture';
import type { PayloadStore } from '../payload-store';

const Label = FeedbackRequest.shape.labels.element;
type Label = z.output<typeof Label>;

const KEPT = 30 * 86_400_000;
/** More of them would be of requests that are never collected. */
const MOST = 100_000;

/** True values whose request has not come from the collector yet. */
export class WaitingLabels {
  constructor(
    private readonly _database: Database,
    private readonly _payloads: Pick<PayloadStore, 'addLabels'>
  ) {}

  /** Gives labels to the rows that are there, and keeps the others; says how many were given. */
  add(environment: string, model: string, labels: Label[]): number {
    return this._database.write(() =>
      labels.reduce((given, label) => {
        const { matched } = this._payloads.addLabels(environment, model, [label]);
        if (matched === 0) {
          this._keep(environment, model, label);
        }
        return given + matched;
      }, 0)
    );
  }

  /** Gives the rows of these payloads what has waited for them; to be called where they are written. */
  give(parts: IPayloadPart[]): void {
    for (const {
      payload: { environment, model, id }
    } of parts) {
      const labels = this._database
        .all(
          'SELECT row, label FROM waiting_labels WHERE environment = ? AND model = ? AND id = ?',
          environment,
          model,
          id
        )
        .map(({ row, label }) => ({
          id,
          row: Number(row),
          value: Label.shape.value.parse(JSON.parse(String(label)))
        }));
      if (labels.length > 0) {
        this._payloads.addLabels(environment, model, labels);
        this._database.run(
          'DELETE FROM waiting_labels WHERE environment = ? AND model = ? AND id = ?',
          environment,
          model,
          id
        );
      }
    }
  }

  deleteAll(environment: string, model: string): void {
    this._database.run(
      'DELETE FROM waiting_labels WHERE environment = ? AND model = ?',
      environment,
      model
    );
  }

  /** Deletes those whose request did not come. */
  expire(now = Date.now()): void {
    this._database.run(
      'DELETE FROM waiting_labels WHERE at < ?',
      new Date(now - KEPT).toISOString()
    );
  }

  private _keep(environment: string, model: string, { id, row, value }: Label): void {
    this._database.run(
      `INSERT INTO waiting_labels (environment, model, id, row, label, at)
       SELECT ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM waiting_labels) < ${MOST}
       ON CONFLICT (environment, model, id, row) DO UPDATE SET label = excluded.label`,
      environment,
      model,
      id,
      row,
      JSON.stringify(value),
      new Date().toISOString()
    );
  }
}
