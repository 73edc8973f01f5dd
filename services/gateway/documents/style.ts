/** What the pages look like, beside what Swagger UI brings along. */
export const style = `
body { margin: 0; color: #1d2330; background: #fff; font: 16px/1.5 system-ui, sans-serif; }
nav { display: flex; flex-wrap: wrap; gap: 8px 20px; padding: 12px 20px; border-bottom: 1px solid #e4e7ec; }
main { max-width: 900px; margin: 0 auto; padding: 8px 20px 60px; }
a { color: #3455db; }
h2 { margin: 48px 0 4px; }
h3 { margin: 20px 0 0; font-size: 16px; }
p { margin: 8px 0; }
.faint { color: #667085; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; }
dt { color: #667085; }
dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: 14px/1.5 ui-monospace, monospace; }
pre { padding: 12px 16px; overflow-x: auto; background: #f5f6f8; border-radius: 8px; }
summary { cursor: pointer; color: #3455db; }
`;
