/** An icon's source is text for the tests too. */
module.exports = {
  process: source => ({ code: `module.exports = ${JSON.stringify(source)};` })
};
