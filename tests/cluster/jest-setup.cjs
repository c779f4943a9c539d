/* A pod takes its time where others work on the same processors. */
jest.setTimeout(180_000);
