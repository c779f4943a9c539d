/**
 * What is used of undici, loaded when a registry is first spoken to. By way of this module, since
 * bundles give a CommonJS package that is imported late no named exports.
 */
export { EnvHttpProxyAgent, request } from 'undici';
