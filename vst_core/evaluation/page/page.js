"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const player = document.getElementById("player");
const find = (name) => player.querySelector(name);
const canvas = find("canvas"), pen = canvas.getContext("2d");
const colorOf = (series) => series === 0 ? "source" : `run${(series - 1) % 6}`;
const state = { place: 0, series: Math.min(1, data.labels.length - 1), last: 0, view: "picture" };
const loaded = new Map();
let drawing = 0, playing = 0, flipping = 0;

function picture(address) {
  if (!loaded.has(address)) {
    const image = new Image();
    image.src = address;
    loaded.set(address, image.decode().then(() => image));
    if (loaded.size > 400) loaded.delete(loaded.keys().next().value);
  }
  return loaded.get(address);
}

// What is shown: one picture, or the difference of two, made brighter `doublings` times.
function wanted() {
  const { place, series, view } = state;
  const at = (s, p) => data.pictures[p][s];
  const before = Math.max(0, place - 1), runs = data.labels.length - 1;
  if (view === "flicker") return { one: data.flicker[place][series], doublings: 0 };
  if (view === "step") return { one: at(series, place), other: at(series, before), doublings: 2 };
  if (view === "source") return { one: at(series, place), other: at(0, place), doublings: 0 };
  if (view === "other") {
    const next = series === 0 ? 1 : (series % runs) + 1;
    return { one: at(series, place), other: at(next, place), doublings: 2 };
  }
  return { one: at(series, place), doublings: 0 };
}

async function draw() {
  const turn = ++drawing, { one, other, doublings } = wanted();
  const images = await Promise.all([one, other].map((each) => each ? picture(each) : null));
  if (turn !== drawing) return;
  const size = images[0] || (await picture(data.pictures[0][0]));
  if (canvas.width !== size.naturalWidth || canvas.height !== size.naturalHeight) {
    canvas.width = size.naturalWidth;
    canvas.height = size.naturalHeight;
  }
  pen.globalCompositeOperation = "source-over";
  pen.fillStyle = "black";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  if (images[0]) pen.drawImage(images[0], 0, 0);
  if (images[1]) {
    pen.globalCompositeOperation = "difference";
    pen.drawImage(images[1], 0, 0);
    pen.globalCompositeOperation = "lighter";
    for (let round = 0; round < doublings; round++) pen.drawImage(canvas, 0, 0);
  }
  canvas.dataset.shown = [data.shown[state.place], data.labels[state.series], state.view].join(" ");
}

function show(change) {
  if ("series" in change && change.series !== state.series) state.last = state.series;
  Object.assign(state, change);
  const frame = data.shown[state.place];
  find(".label").textContent = `${data.labels[state.series]} · ${frame}`;
  find(".frame").textContent = `frame ${frame}`;
  find(".slider").value = state.place;
  find(".view").value = state.view;
  for (const button of player.querySelectorAll("[data-series]"))
    button.classList.toggle("on", Number(button.dataset.series) === state.series);
  mark(frame);
  history.replaceState(null, "", `#${new URLSearchParams({ frame, show: state.series, view: state.view })}`);
  return draw();
}

const step = (by) => show({ place: (state.place + by + data.shown.length) % data.shown.length });
const flip = () => show({ series: state.last });

function play(on) {
  clearInterval(playing);
  playing = on ? setInterval(() => step(1), 1000 / Number(find(".speed").value)) : 0;
  find(".play").textContent = on ? "Stop" : "Play";
}

function flips(on) {
  clearInterval(flipping);
  flipping = on ? setInterval(flip, 600) : 0;
  find(".flip").classList.toggle("on", on);
}

find(".play").onclick = () => play(!playing);
find(".back").onclick = () => step(-1);
find(".next").onclick = () => step(1);
find(".flip").onclick = () => flips(!flipping);
find(".slider").oninput = (event) => show({ place: Number(event.target.value) });
find(".view").onchange = (event) => show({ view: event.target.value });
find(".speed").onchange = () => play(Boolean(playing));
for (const button of player.querySelectorAll("[data-series]"))
  button.onclick = () => show({ series: Number(button.dataset.series) });
for (const button of document.querySelectorAll("[data-goto]"))
  button.onclick = () => { go(Number(button.dataset.goto)); player.scrollIntoView({ behavior: "smooth" }); };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select")) return;
  if (event.key === " " && !event.target.matches("button")) play(!playing);
  else if (event.key === "ArrowRight" && !event.target.matches("input")) step(1);
  else if (event.key === "ArrowLeft" && !event.target.matches("input")) step(-1);
  else if (event.key === "f") flip();
  else if (/^\d$/.test(event.key) && Number(event.key) < data.labels.length) show({ series: Number(event.key) });
  else return;
  event.preventDefault();
});

function go(frame) {
  const place = data.shown.indexOf(frame);
  if (place >= 0) show({ place });
}

// The plots: a cursor that follows the player and the pointer, and the values there.
const charts = [...document.querySelectorAll(".chart")];
const across = (chart, index) => {
  const left = Number(chart.dataset.left), right = Number(chart.dataset.right);
  return left + (right - left) * index / Math.max(1, data.frames.length - 1);
};

function mark(frame) {
  const index = data.frames.indexOf(frame);
  for (const chart of charts) {
    const cursor = chart.querySelector(".cursor"), x = across(chart, index);
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
  }
}

function pointed(chart, event) {
  const box = chart.getBoundingClientRect(), scale = chart.viewBox.baseVal.width / box.width;
  const left = Number(chart.dataset.left), right = Number(chart.dataset.right);
  const share = ((event.clientX - box.left) * scale - left) / (right - left);
  return Math.round(Math.min(1, Math.max(0, share)) * (data.frames.length - 1));
}

const tip = document.querySelector(".tip");
for (const chart of charts) {
  chart.onpointermove = (event) => {
    const index = pointed(chart, event), lines = data.figures[chart.dataset.figure];
    tip.replaceChildren(`frame ${data.frames[index]}`);
    lines.forEach((values, series) => {
      if (values[index] === null) return;
      const row = document.createElement("div"), dot = document.createElement("i");
      dot.className = colorOf(series);
      row.append(dot, `${data.labels[series]} ${values[index]}`);
      tip.append(row);
    });
    tip.hidden = false;
    const room = innerWidth - tip.offsetWidth - 24;
    tip.style.left = `${Math.min(event.clientX + 14, room)}px`;
    tip.style.top = `${event.clientY + 14}px`;
    mark(data.frames[index]);
  };
  chart.onpointerleave = () => { tip.hidden = true; mark(data.shown[state.place]); };
  chart.onclick = (event) => go(data.frames[pointed(chart, event)]);
}

const given = new URLSearchParams(location.hash.slice(1));
const views = [...find(".view").options].map((option) => option.value);
show({
  place: Math.max(0, data.shown.indexOf(Number(given.get("frame")))),
  series: Math.min(Number(given.get("show") ?? state.series), data.labels.length - 1),
  view: views.includes(given.get("view")) ? given.get("view") : "picture",
});
