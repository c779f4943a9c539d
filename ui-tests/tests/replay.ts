import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

const RIDES = join(__dirname, '../../examples/bike-demand/data/rides-to-june.csv');
const WHOLE = ['hr', 'weekday', 'workingday', 'holiday'];
const FRACTIONS = ['temp', 'atemp', 'hum', 'windspeed'];

type Row = Record<string, string>;

/** Sends recorded hours and, after them, the true values, as examples/bike-demand/replay.py does. */
export async function replay(page: Page, from: string, to: string): Promise<number> {
  const { address, token } = await endpoint(page);
  const rows = rides().filter(row => row.datetime >= from && row.datetime < to);
  for (let start = 0; start < rows.length; start += 24) {
    const part = rows.slice(start, start + 24);
    const id = `replay-${part[0].datetime}`;
    await post(`${address}/predict`, token, {
      id,
      rows: part.map(features),
      eventTime: part.map(row => row.datetime)
    });
    await post(`${address}/feedback`, token, {
      labels: part.map((row, index) => ({ id, row: index, value: Number(row.bikers) }))
    });
  }
  return rows.length;
}

/** What prod predicts for a day in June, and the version that says so. */
export async function predictions(
  page: Page
): Promise<{ version: number; predictions: number[] }> {
  const { address, token } = await endpoint(page);
  const rows = rides().filter(row => row.datetime.startsWith('2011-06-01'));
  const reply = await post(`${address}/predict`, token, { rows: rows.map(features) });
  const { version, predictions: values } = JSON.parse(reply);
  return { version, predictions: values };
}

/** A token of the API, as `Token` on an environment's card copies it. */
async function endpoint(page: Page): Promise<{ address: string; token: string }> {
  const reply = await page.request.post(
    'mlops/api/v1/environments/prod/models/bike-demand/token',
    { headers: { Authorization: `token ${process.env.MLOPS_UI_TOKEN}` }, data: {} }
  );
  if (!reply.ok()) {
    throw new Error(`no token: ${reply.status()} ${await reply.text()}`);
  }
  return reply.json();
}

async function post(address: string, token: string, body: object): Promise<string> {
  const reply = await fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(body)
  });
  const text = await reply.text();
  if (!reply.ok) {
    throw new Error(`${address}: ${reply.status} ${text}`);
  }
  return text;
}

function rides(): Row[] {
  const [head, ...lines] = readFileSync(RIDES, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  return lines.map(line => {
    const values = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, values[index]]));
  });
}

function features(row: Row): Record<string, string | number> {
  const numbers = [...WHOLE, ...FRACTIONS].map(name => [name, Number(row[name])]);
  return { ...Object.fromEntries(numbers), weathersit: row.weathersit };
}
