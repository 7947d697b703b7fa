
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
    document.body.classList.toggle("telling", Boolean(box));
    const article = document.getElementById(box ? box.getAttribute("aria-details") : network);
    if (article === shown) return;
    if (shown) shown.classList.remove("shown");
    shown = article;
    shown.classList.add("shown");
    document.getElementById("panel").scrollTop = 0;
  }

  // At a glance what is said of a box stands over the figure, on the other side.
  function makeWay(x) { document.body.classList.toggle("at-left", x > innerWidth / 2); }

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

  // At a glance: rows stand in columns, or in lines where the network runs right, made smaller until all fit; but never
  // so small that they could not be read: then they are scrolled.
  const list = figure.querySelector("ol");
  const right = document.body.classList.contains("right");
  const smallest = 0.775; // the smallest letters have 8.9 pixels
  const trimmed = right ? 0 : 42; // the margins that two columns share
  const overflows = () => right ? figure.scrollHeight > figure.clientHeight : figure.scrollWidth > figure.clientWidth;
  const svgOf = (row) => row.querySelector(row.classList.contains("open") || !row.querySelector(".closed") ? "svg" : ".closed");

  function fit() {
    const body = document.body.classList;
    list.style.zoom = "";
    body.remove("long");
    const ways = figure.querySelector(".ways");
    if (ways) ways.remove();
    if (body.contains("glance")) {
      let zoom = 1;
      while (zoom > smallest && overflows()) list.style.zoom = zoom = Math.max(smallest, zoom * 0.97);
      if (overflows()) {
        body.add("long");
        const breadth = Number(list.dataset.breadth) - trimmed;
        const count = Math.max(1, Math.floor(figure.clientWidth / (breadth * smallest)));
        zoom = right ? smallest : Math.min(1, figure.clientWidth / (count * breadth) - 0.002);
        list.style.zoom = zoom;
      }
    }
    drawWays();
  }

  // The way from a column's foot to the next one's head, and the word over each column's ruler.
  function drawWays() {
    if (!document.body.classList.contains("glance")) return;
    const element = (name, attributes) => {
      const made = document.createElementNS(figure.querySelector("svg").namespaceURI, name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      return made;
    };
    const area = figure.getBoundingClientRect();
    const ways = element("svg", { class: "ways", "aria-hidden": "true", width: figure.scrollWidth, height: figure.scrollHeight });
    const spine = Number(list.dataset.spine), ruler = Number(list.dataset.ruler);
    let before = null;
    for (const row of list.children) {
      const rect = svgOf(row).getBoundingClientRect();
      const scale = (right ? rect.height : rect.width) / Number(list.dataset.breadth);
      const at = { x: rect.left - area.left + figure.scrollLeft, y: rect.top - area.top + figure.scrollTop,
        width: rect.width, height: rect.height, scale };
      if (before && (right ? at.y > before.y + 1 : at.x > before.x + 1)) {
        const middle = spine * scale, line = ruler * scale;
        const d = right
          ? `M${before.x + before.width} ${before.y + middle}h10V${at.y - 13}H${at.x - 12}V${at.y + middle}H${at.x}`
          : `M${before.x + middle} ${before.y + before.height}v${10 * scale}H${at.x + 24 * scale}V${at.y - 24 * scale}H${at.x + middle}V${at.y}`;
        ways.append(element("path", { d, "stroke-width": 3 * scale }));
        if (ruler) {
          const place = right ? { x: at.x - 18, y: at.y + line + 4 * scale, "text-anchor": "end" }
            : { x: at.x + 29 * scale, y: at.y - 7 * scale };
          const word = element("text", { ...place, "font-size": 12 * scale });
          word.textContent = "depth";
          ways.append(word);
        }
      }
      before = at;
    }
    figure.append(ways);
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
    if (!box) return;
    const place = box.getBoundingClientRect();
    makeWay((place.left + place.right) / 2);
    choose(box);
  });
  // Not pointerover: the figure may be scrolled under a pointer that rests.
  figure.addEventListener("pointermove", (event) => {
    const box = boxOf(event.target);
    if (box) makeWay(event.clientX);
    show(box || chosen);
  });
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
