export default () => globalThis.endPostgres();
