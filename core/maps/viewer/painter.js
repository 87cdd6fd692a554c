// Draws the points: by WebGL 2, or where a browser has none, on a plain canvas. Both have upload() and draw().
const VERTEX = `#version 300 es
in vec2 place; in vec4 colour; in float shape;
uniform vec2 centre; uniform vec2 scale; uniform float size;
out vec4 shade; flat out float form;
void main() {
  gl_Position = colour.a > 0.0 ? vec4((place - centre) * scale, 0, 1) : vec4(2, 2, 2, 1);
  gl_PointSize = size; shade = colour; form = shape;
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec4 shade; flat in float form; uniform float size; out vec4 pixel;
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float away = form < 0.5 ? length(p) - 0.9 : form < 1.5 ? max(abs(p.x), abs(p.y)) - 0.78
    : max(abs(p.x) * 0.87 - p.y * 0.5 - 0.42, p.y - 0.72);
  float cover = shade.a * (1.0 - smoothstep(-1.0, 1.0, away * size * 0.5));
  pixel = vec4(shade.rgb * cover, cover);
}`;

class GlPainter {
  constructor(canvas) {
    const gl = canvas.getContext("webgl2", { premultipliedAlpha: true, antialias: false });
    if (!gl) throw new Error("this browser has no WebGL 2");
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "shaders do not link");
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.uniforms = Object.fromEntries(["centre", "scale", "size"].map((name) => [name, gl.getUniformLocation(program, name)]));
    this.buffers = {};
    for (const [name, size, type, normalized] of [["place", 2, gl.FLOAT, false], ["colour", 4, gl.UNSIGNED_BYTE, true], ["shape", 1, gl.UNSIGNED_BYTE, false]]) {
      const at = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name] = gl.createBuffer());
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, type, normalized, 0, 0);
    }
    this.gl = gl;
    this.count = 0;
  }

  upload(name, values) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    if (name === "place") this.count = values.length / 2;
  }

  draw(camera, sizePx, ratio) {
    const { gl, uniforms } = this;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(uniforms.centre, camera.x, camera.y);
    gl.uniform2f(uniforms.scale, (2 * camera.scale) / camera.width, (2 * camera.scale) / camera.height);
    gl.uniform1f(uniforms.size, sizePx * ratio * 1.15);
    gl.drawArrays(gl.POINTS, 0, this.count);
  }

  release() { this.gl.getExtension("WEBGL_lose_context")?.loseContext(); }
}

class CanvasPainter {
  constructor(canvas) { this.context = canvas.getContext("2d"); this.place = this.colour = this.shape = []; }

  upload(name, values) { this[name] = values; }

  draw(camera, sizePx, ratio) {
    const { context, place, colour, shape } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    const half = sizePx / 2;
    let last = -1;
    for (let at = 0; at < place.length / 2; at++) {
      if (!colour[4 * at + 3]) continue;
      const left = camera.screenX(place[2 * at]), top = camera.screenY(place[2 * at + 1]);
      if (left < -half || top < -half || left > camera.width + half || top > camera.height + half) continue;
      const key = (colour[4 * at] << 24) ^ (colour[4 * at + 1] << 16) ^ (colour[4 * at + 2] << 8) ^ colour[4 * at + 3];
      if (key !== last) context.fillStyle = css([...colour.subarray(4 * at, 4 * at + 3)], colour[4 * at + 3] / 255);
      last = key;
      drawShape(context, shape[at], left, top, half);
    }
  }

  release() { this.place = this.colour = this.shape = []; }
}

function drawShape(context, shape, left, top, half) {
  if (shape === 1) return context.fillRect(left - 0.8 * half, top - 0.8 * half, 1.6 * half, 1.6 * half);
  context.beginPath();
  if (shape === 0) context.arc(left, top, 0.92 * half, 0, 2 * Math.PI);
  else {
    context.moveTo(left, top - half);
    context.lineTo(left + half, top + 0.75 * half);
    context.lineTo(left - half, top + 0.75 * half);
  }
  context.fill();
}

// A canvas that has had one kind of context gives no other: a new one takes its place.
function paintOn(canvas) {
  try {
    return { canvas, painter: new GlPainter(canvas) };
  } catch {
    const plain = canvas.cloneNode();
    canvas.replaceWith(plain);
    return { canvas: plain, painter: new CanvasPainter(plain) };
  }
}
