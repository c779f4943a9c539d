// Tests that start real processes need more than the default five seconds on two busy cores.
jest.setTimeout(60_000);
