// Counts the ticked cases into the button, and lets a filter act when it is changed. All works without it too.
"use strict";

for (const form of document.querySelectorAll("form[data-acts]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
}

const bar = document.querySelector("[data-count]");
if (bar) {
  const ticks = [...document.querySelectorAll("input.tick[name=case]")];
  const button = bar.querySelector("button.filled");
  const words = button.querySelector("span");
  const chosen = bar.querySelector("[data-chosen]");
  const none = bar.querySelector("[data-none]");
  const all = document.querySelector("[data-all]");
  const others = [...document.querySelectorAll("[data-others] button")];
  const count = () => {
    const n = ticks.filter((tick) => tick.checked).length;
    for (const one of [button, ...others]) one.disabled = n === 0;
    all.querySelector("input").checked = n > 0 && n === ticks.length;
    none.hidden = n === 0;
    words.textContent = (n === 1 ? bar.dataset.one : n ? bar.dataset.many : bar.dataset.idle).replace("%", n);
    chosen.textContent = n ? bar.dataset.chosen.replace("%", n) : bar.dataset.hint;
  };
  none.addEventListener("click", () => {
    for (const tick of ticks) tick.checked = false;
    count();
  });
  all.hidden = false;
  all.addEventListener("change", (event) => {
    for (const tick of ticks) tick.checked = event.target.checked;
  });
  document.addEventListener("change", count);
  window.addEventListener("pageshow", count);
  count();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
