/** The page's style. Inlined, so that the page is one answer and its policy can name it by hash. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1d2330, #e6e9f0); --faint: light-dark(#667085, #98a1b3); --line: light-dark(#e4e7ec, #2c3342);
  --paper: light-dark(#fff, #171b24); --desk: light-dark(#f5f6f8, #10131a); --accent: light-dark(#3455db, #8aa2ff);
  --good: light-dark(#067647, #5fd39b); --bad: light-dark(#b42318, #ff9b8f);
}
* { box-sizing: border-box; }
body { margin: 0; height: 100dvh; display: flex; flex-direction: column; background: var(--desk); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 12px 20px; align-items: center; padding: 12px 20px;
  border-bottom: 1px solid var(--line); background: var(--paper); }
h1 { margin: 0; font-size: 18px; }
h1 a { color: inherit; }
header p { margin: 0; color: var(--faint); }
header form { display: flex; gap: 8px; margin-left: auto; }
input, button { font: inherit; padding: 5px 10px; border: 1px solid var(--line); border-radius: 7px;
  background: var(--desk); color: inherit; }
button { cursor: pointer; }
button:hover, input:focus { border-color: var(--accent); outline: none; }
main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(280px, 380px) 1fr; }
nav { overflow-y: auto; border-right: 1px solid var(--line); background: var(--paper); }
a { color: var(--accent); text-decoration: none; }
ol { list-style: none; margin: 0; padding: 0; }
li a { display: block; padding: 11px 20px; color: inherit; border-bottom: 1px solid var(--line); }
li a:hover { background: var(--desk); }
li a[aria-current] { box-shadow: inset 3px 0 var(--accent); background: var(--desk); }
li b { display: block; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
li span { display: flex; justify-content: space-between; gap: 12px; color: var(--faint); font-size: 13px; }
.status, i { font-style: normal; }
.status { padding: 0 8px; border-radius: 99px; border: 1px solid currentColor; color: var(--faint); font-size: 12px; }
.status[data-status=Paid] { color: var(--good); }
.status[data-status=Cancelled] { color: var(--bad); }
.more, .hint { display: block; padding: 14px 20px; color: var(--faint); text-align: center; }
.more { color: var(--accent); }
.hint { margin: 12vh auto 0; }
article { overflow-y: auto; padding: 24px 28px; display: flex; flex-direction: column; gap: 16px; }
article > * { margin: 0; max-width: 900px; width: 100%; }
article .hint { margin: 12vh auto 0; }
h2 { font-size: 22px; line-height: 1.3; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { flex: 1 0 380px; border: 1px solid var(--line); border-radius: 10px; background: #fff; color-scheme: light; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 16px; border: 1px solid var(--line); border-radius: 10px;
  background: var(--paper); font: 13px/1.5 ui-monospace, monospace; }
summary { cursor: pointer; color: var(--accent); margin-bottom: 8px; }
.back { display: none; }
@media (max-width: 760px) {
  main { grid-template-columns: 1fr; }
  main.opened nav, main.closed article { display: none; }
  .back { display: block; }
  header form { margin-left: 0; width: 100%; flex-wrap: wrap; }
}
`;

/** Shows new letters as they come, tells when the mailbox cannot be reached, and empties it on request. */
export const script = `
const shown = Number(document.body.dataset.received);
const state = document.getElementById('state');
const counted = state.textContent;
async function refresh() {
  try {
    const { received } = await (await fetch('/count')).json();
    state.textContent = counted;
    if (received !== shown && !(document.activeElement instanceof HTMLInputElement)) location.reload();
  } catch {
    state.textContent = 'The mailbox does not answer';
  }
}
setInterval(refresh, 2000);
document.getElementById('clear').addEventListener('click', async () => {
  if (!confirm('Delete all letters?')) return;
  await fetch('/letters', { method: 'DELETE' });
  location.assign('/');
});
`;
