
"use strict";
// Opens and closes Fire modules, and shows what is said of the box that a person points at or has chosen.
(() => {
  const root = document.documentElement;
  const figure = document.getElementById("figure");
  const network = "about-network";
  const boxOf = (target) => target.closest("[aria-details]");
  const isFire = (box) => box.classList.contains("fire");
  let chosen = null;
  let shown = null;

  function show(box) {
    const article = document.getElementById(box ? box.getAttribute("aria-details") : network);
    if (article === shown) return;
    if (shown) shown.classList.remove("shown");
    shown = article;
    shown.classList.add("shown");
    document.getElementById("panel").scrollTop = 0;
  }

  function choose(box) {
    for (const each of figure.querySelectorAll(".chosen")) each.classList.remove("chosen");
    chosen = box;
    if (box) box.classList.add("chosen");
    show(box);
  }

  function setOpen(row, open) {
    row.classList.toggle("open", open);
    if (chosen && row.contains(chosen) && !seen(chosen)) choose(row.querySelector(open ? ".opened .fire" : ".closed .fire"));
  }

  // A box is out of sight where it belongs to the form of a Fire that is not shown.
  function seen(box) {
    const form = box.closest("svg").classList;
    const open = box.closest(".row").classList.contains("open");
    return open ? !form.contains("closed") : !form.contains("opened");
  }

  function toggle(box) {
    const row = box.closest(".row");
    choose(box);
    setOpen(row, !row.classList.contains("open"));
    fit();
    focusOn(chosen);
  }

  function focusOn(box) {
    box.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function walk(from, key) {
    const boxes = [...figure.querySelectorAll("[aria-details]")].filter(seen);
    const at = boxes.indexOf(from);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: boxes.length - 1 }[key];
    const box = boxes[to];
    if (box) focusOn(box);
  }

  // At a glance: rows stand in columns, or where the network runs right in their line, made smaller until all fit.
  function fit() {
    const list = figure.querySelector("ol");
    list.style.zoom = "";
    if (!document.body.classList.contains("glance")) return;
    for (let zoom = 1; zoom >= 0.1 && figure.scrollWidth > figure.clientWidth; zoom *= 0.96) list.style.zoom = zoom;
  }

  document.getElementById("glance").addEventListener("click", (event) => {
    const on = document.body.classList.toggle("glance");
    event.currentTarget.setAttribute("aria-pressed", on);
    fit();
  });
  addEventListener("resize", fit);

  figure.addEventListener("click", (event) => {
    const box = boxOf(event.target);
    if (!box) return choose(null);
    if (isFire(box)) return toggle(box);
    choose(box);
    box.focus({ preventScroll: true });
  });
  figure.addEventListener("focusin", (event) => {
    const box = boxOf(event.target);
    if (box) choose(box);
  });
  // Not pointerover: the figure may be scrolled under a pointer that rests.
  figure.addEventListener("pointermove", (event) => show(boxOf(event.target) || chosen));
  figure.addEventListener("pointerleave", () => show(chosen));
  figure.addEventListener("keydown", (event) => {
    const box = boxOf(event.target);
    if (!box || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      if (isFire(box)) toggle(box);
    } else if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") {
      walk(box, event.key);
    } else if (event.key === "Escape") {
      box.blur();
      choose(null);
    } else {
      return;
    }
    event.preventDefault();
  });

  for (const [id, open] of [["open-all", true], ["close-all", false]]) {
    document.getElementById(id).addEventListener("click", () => {
      for (const form of figure.querySelectorAll(".closed")) setOpen(form.parentNode, open);
      fit();
    });
  }

  const sides = document.getElementById("sides");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const nameSides = () => { sides.textContent = isDark() ? "Light colours" : "Dark colours"; };
  sides.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameSides();
  });
  prefersDark.addEventListener("change", nameSides);

  for (const row of figure.querySelectorAll("[data-closed]")) row.classList.remove("open");
  root.classList.add("live");
  nameSides();
  choose(null);
})();
