/** What the pages look like. What Swagger UI draws is left to its own style sheet. */
export const style = `
body { margin: 0; color: #1d2330; background: #fff; font: 16px/1.5 system-ui, sans-serif; }
nav { display: flex; flex-wrap: wrap; gap: 8px 20px; padding: 12px 20px; border-bottom: 1px solid #e4e7ec; }
main { max-width: 900px; margin: 0 auto; padding: 8px 20px 60px; }
nav a, main a { color: #3455db; }
main h2 { margin: 48px 0 4px; }
main h3 { margin: 20px 0 0; font-size: 16px; }
main p { margin: 8px 0; }
main .faint { color: #667085; }
main dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; }
main dt { color: #667085; }
main dd { margin: 0; overflow-wrap: anywhere; }
main code, main pre { font: 14px/1.5 ui-monospace, monospace; }
main pre { padding: 12px 16px; overflow-x: auto; background: #f5f6f8; border-radius: 8px; }
main summary { cursor: pointer; color: #3455db; }
`;
