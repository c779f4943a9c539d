const { TestEnvironment } = require('jest-environment-jsdom');

/** jsdom plus what JupyterLab's packages expect of a browser and jsdom lacks. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, {
      structuredClone,
      fetch,
      Headers,
      Request,
      Response,
      ReadableStream,
      TextEncoder,
      TextDecoder,
      DragEvent: class DragEvent {},
      ResizeObserver: class ResizeObserver {
        observe() {}
        unobserve() {}
        disconnect() {}
      },
      matchMedia: () => ({
        matches: false,
        addEventListener() {},
        removeEventListener() {},
        addListener() {},
        removeListener() {}
      })
    });
  }
};
