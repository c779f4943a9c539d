// The page is given the address of its endpoint and a short-lived token for it, and nothing else.
const endpoint = JSON.parse(document.querySelector('meta[name="mlops-endpoint"]').content);
const form = document.querySelector('#day');
const answer = document.querySelector('#answer');
const list = document.querySelector('#hours');

// The data scales temperatures as (t + 8) / 47 and felt ones as (t + 16) / 66.
function row(hour, day) {
  const weekday = Number(day.get('weekday'));
  const celsius = Number(day.get('celsius'));
  return {
    hr: hour,
    weekday,
    workingday: weekday > 0 && weekday < 6 ? 1 : 0,
    holiday: 0,
    weathersit: day.get('weathersit'),
    temp: (celsius + 8) / 47,
    atemp: (celsius + 16) / 66,
    hum: 0.55,
    windspeed: 0.19
  };
}

async function predict(rows) {
  const response = await fetch(`${endpoint.address}/predict`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${endpoint.token}`
    },
    body: JSON.stringify({ rows })
  });
  const reply = await response.json();
  if (!response.ok) {
    throw new Error(reply.message);
  }
  return reply;
}

async function show() {
  const day = new FormData(form);
  const [from, to] = [Number(day.get('from')), Number(day.get('to'))];
  const hours = Array.from({ length: Math.max(to - from + 1, 1) }, (_, i) => (from + i) % 24);
  try {
    const { predictions, version } = await predict(hours.map(hour => row(hour, day)));
    const total = predictions.reduce((sum, bikes) => sum + bikes, 0);
    answer.textContent = `${Math.round(total)} bikes in ${hours.length} hours, says version ${version}.`;
    const most = Math.max(...predictions, 1);
    list.replaceChildren(...hours.map((hour, i) => bar(hour, predictions[i], most)));
  } catch (error) {
    answer.textContent = `The endpoint did not answer: ${error.message}`;
    list.replaceChildren();
  }
}

function bar(hour, bikes, most) {
  const item = document.createElement('li');
  const [label, box, count] = ['span', 'span', 'span'].map(tag => document.createElement(tag));
  label.textContent = `${String(hour).padStart(2, '0')}:00`;
  box.className = 'bar';
  box.style.width = `${(100 * bikes) / most}%`;
  count.textContent = Math.round(bikes);
  item.append(label, box, count);
  return item;
}

form.addEventListener('input', show);
show();
