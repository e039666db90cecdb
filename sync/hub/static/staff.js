// Counts the ticked cases into the button, and lets a filter act when it is changed. All works without it too.
"use strict";

for (const form of document.querySelectorAll("form[data-acts]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

const bar = document.querySelector("[data-count]");
if (bar) {
  const ticks = [...document.querySelectorAll("input[name=case]")];
  const button = bar.querySelector("button.filled");
  const words = button.querySelector("span");
  const chosen = bar.querySelector("[data-chosen]");
  const none = bar.querySelector("[data-none]");
  const count = () => {
    const n = ticks.filter((tick) => tick.checked).length;
    button.disabled = n === 0;
    none.hidden = n === 0;
    words.textContent = (n === 1 ? bar.dataset.one : n ? bar.dataset.many : bar.dataset.idle).replace("%", n);
    chosen.textContent = n ? bar.dataset.chosen.replace("%", n) : bar.dataset.hint;
  };
  none.addEventListener("click", () => {
    for (const tick of ticks) tick.checked = false;
    count();
  });
  document.addEventListener("change", count);
  window.addEventListener("pageshow", count);
  count();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
