/**
 * The part of node-os-utils that is used, in a file of its own so that it can be loaded late: the bundler
 * gives a CommonJS package that is imported dynamically no names.
 */
export { createOSUtils } from "node-os-utils";
