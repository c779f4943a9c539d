import { EventBus, type INumberedEvent } from '../events';

function event(name: string): INumberedEvent['event'] {
  return { type: 'environment', data: { name } };
}

function listen(
  bus: EventBus,
  lastId?: string
): { seen: string[]; last(): string; stop(): void } {
  const heard: INumberedEvent[] = [];
  const stop = bus.subscribe(next => heard.push(next), lastId);
  return {
    get seen() {
      return heard.map(({ event: { type, data } }) =>
        type === 'environment' ? data.name : type
      );
    },
    last: () => heard.at(-1)?.id ?? '',
    stop
  };
}

test('listeners hear what happens from now on, until they leave', () => {
  const bus = new EventBus();
  bus.publish(event('before'));
  const listener = listen(bus);
  bus.publish(event('a'));
  listener.stop();
  bus.publish(event('b'));
  expect(listener.seen).toEqual(['a']);
});

test('who comes back hears what was missed, once and in order', () => {
  const bus = new EventBus();
  const first = listen(bus);
  bus.publish(event('a'));
  first.stop();
  bus.publish(event('b'));
  bus.publish(event('c'));
  const again = listen(bus, first.last());
  bus.publish(event('d'));
  expect(again.seen).toEqual(['b', 'c', 'd']);
});

test('who missed more than is kept is told to fetch everything', () => {
  const bus = new EventBus(3);
  const first = listen(bus);
  bus.publish(event('a'));
  first.stop();
  ['b', 'c', 'd'].forEach(name => bus.publish(event(name)));
  expect(listen(bus, first.last()).seen).toEqual(['b', 'c', 'd']);
  bus.publish(event('e'));
  const late = listen(bus, first.last());
  expect(late.seen).toEqual(['reset']);
  expect(listen(bus, late.last()).seen).toEqual([]);
});

test.each(['nonsense', '12345678-1', '12345678-x', '-1'])(
  'the id %j of another gateway gives a reset',
  id => {
    const bus = new EventBus();
    bus.publish(event('a'));
    expect(listen(bus, id).seen).toEqual(['reset']);
  }
);
