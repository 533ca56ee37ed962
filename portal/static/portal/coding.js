// Coding by keys: numbers tick themes, letters go on. Everything here can be done without it, and it can be switched
// off (WCAG 2.2, 2.1.4), which the browser remembers.

const form = document.querySelector("form[data-coding]");
const toggle = form.querySelector("[data-keys]");
const KEPT = "coding-keys";
let on = localStorage.getItem(KEPT) !== "off";

function show() {
  toggle.setAttribute("aria-pressed", String(on));
  toggle.textContent = on ? "Keys are on" : "Keys are off";
}

function isTyping(target) {
  return target.matches("textarea, select, input:not([type=checkbox])");
}

function act(key) {
  if (key >= "1" && key <= "9") return form.querySelector(`input[type=checkbox][accesskey="${key}"]`);
  if (key === "0") return form.querySelector("input[name=nothing]");
  if (key === "d") return document.querySelector("details[data-danger] summary");
  if (key === "n") return form.querySelector("button[value=save]");
  return document.querySelector(`a[data-key="${key}"]`);
}

toggle.addEventListener("click", () => {
  on = !on;
  localStorage.setItem(KEPT, on ? "on" : "off");
  show();
});

document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
  const chosen = /^[0-9nsbd]$/.test(event.key) ? act(event.key) : null;
  if (!chosen) return;
  event.preventDefault();
  chosen.focus();
  chosen.click();
});

show();
