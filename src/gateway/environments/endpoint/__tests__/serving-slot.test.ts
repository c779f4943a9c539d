import { buildVersion } from '../../__tests__/model-builder';
import { ProcessModelServer } from '../../__tests__/model-server-double';
import { ServingSlot, StartingPlaces } from '../serving-slot';

const server = new ProcessModelServer();
const row = { temp: 1, hour: 2 };

async function slotWith(pause: number): Promise<ServingSlot> {
  return new ServingSlot(
    await server.serve(buildVersion({ behaviour: { pause } }), {})
  );
}

test('a server stops only after the requests that are on their way', async () => {
  const slot = await slotWith(200);
  const answers = [1, 2, 3].map(() => slot.use(served => served.predict([row])));
  await slot.retire();
  expect(await Promise.all(answers)).toHaveLength(3);
  expect(server.running).toEqual([]);
});

test('a request that never ends keeps it up for no longer than its patience', async () => {
  const slot = await slotWith(60_000);
  const answer = slot.use(served => served.predict([row])).catch(() => 'cut off');
  await slot.retire(50);
  expect(server.running).toEqual([]);
  expect(await answer).toBe('cut off');
});

test('no more start at once than there are places, and a failure gives its place back', async () => {
  const places = new StartingPlaces(2);
  let [now, most] = [0, 0];
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_, index) =>
      places.use(async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise(resolve => setTimeout(resolve, 10));
        now -= 1;
        if (index % 2 === 0) {
          throw new Error('it failed');
        }
      })
    )
  );
  expect(most).toBe(2);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(3);
});
