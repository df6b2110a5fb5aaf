// Tries a conformance server with @grpc/grpc-js: client.js SOCKET PROTO_ROOT...
// Prints one line for each case: "ok NAME" or "not ok NAME: what went wrong".
'use strict';

const assert = require('node:assert/strict');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [socket, ...roots] = process.argv.slice(2);
const options = { keepCase: true, longs: Number, enums: Number, defaults: true, oneofs: true, includeDirs: roots };
const load = (...files) => grpc.loadPackageDefinition(loader.loadSync(files, options));
const api = load('conformance.proto', 'grpc/health/v1/health.proto', 'grpc/reflection/v1/reflection.proto',
  'grpc/reflection/v1alpha/reflection.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto');
const Conformance = api.shimservice.conformance.v1.Conformance;
const target = 'unix:' + socket;
const insecure = grpc.credentials.createInsecure();
const client = new Conformance(target, insecure);
const soon = (seconds = 60) => ({ deadline: Date.now() + seconds * 1000 });

const call = (of, method, request, metadata = new grpc.Metadata(), limit = soon()) => new Promise((resolve, reject) =>
  of[method](request, metadata, limit, (error, response) => (error ? reject(error) : resolve(response))));

const collect = (stream) => new Promise((resolve, reject) => {
  const seen = [];
  stream.on('data', (message) => seen.push(message));
  stream.on('end', () => resolve(seen));
  stream.on('error', (error) => reject(Object.assign(error, { seen })));
});

async function fails(code, promise) {
  try {
    await promise;
  } catch (error) {
    assert.equal(error.code, code, `${error.code} ${error.details} instead of ${code}`);
    return error;
  }
  throw new Error(`went well instead of ${code}`);
}

async function reflection(version) {
  const service = new api.grpc.reflection[version].ServerReflection(target, insecure);
  const stream = service.ServerReflectionInfo(soon());
  const answers = collect(stream);
  stream.write({ list_services: '' });
  stream.write({ file_containing_symbol: 'no.such.Symbol' });
  stream.write({ file_containing_symbol: 'shimservice.conformance.v1.Conformance' });
  stream.end();
  const [listed, missing, found] = await answers;
  const names = listed.list_services_response.service.map((one) => one.name);
  for (const name of ['shimservice.conformance.v1.Conformance', 'grpc.health.v1.Health',
    'grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection']) {
    assert(names.includes(name), names.join());
  }
  assert.equal(missing.error_response.error_code, 5);

  // As grpcurl does it: everything about the method from the server alone, then the call. A FileDescriptorSet is
  // field 1, repeated: each file with its tag and length before it.
  const set = Buffer.concat(found.file_descriptor_response.file_descriptor_proto.map((file) => {
    const length = [];
    for (let left = file.length; ; left >>>= 7) {
      length.push(left < 0x80 ? left : (left & 0x7f) | 0x80);
      if (left < 0x80) {
        return Buffer.concat([Buffer.from([0x0a, ...length]), file]);
      }
    }
  }));
  const reflected = grpc.loadPackageDefinition(loader.loadFileDescriptorSetFromBuffer(set, options));
  const dynamic = new reflected.shimservice.conformance.v1.Conformance(target, insecure);
  assert.equal((await call(dynamic, 'Echo', { text: 'reflected' })).text, 'reflected');
  dynamic.close();
  service.close();
}

async function withAuthority(value) {
  const other = new Conformance(target, insecure, { 'grpc.default_authority': value });
  assert.equal((await call(other, 'Echo', { text: 'x' })).text, 'x');
  other.close();
}

const cases = {
  async unary_ok() {
    const answer = await call(client, 'Echo', { text: 'hällo', data: Buffer.from([0, 1, 2]) });
    assert.deepEqual([answer.text, [...answer.data]], ['hällo', [0, 1, 2]]);
  },
  async unary_empty() {
    const answer = await call(client, 'Echo', {});
    assert.deepEqual([answer.text, answer.data.length], ['', 0]);
  },
  async unary_large() {
    const data = Buffer.alloc(4096000, 'abcdefg');
    assert((await call(client, 'Echo', { data })).data.equals(data));
  },
  async unary_gzip() {
    const packed = new Conformance(target, insecure, { 'grpc.default_compression_algorithm': 2 });
    const text = 'squeeze me '.repeat(10000);
    assert.equal((await call(packed, 'Echo', { text })).text, text);
    packed.close();
  },
  async unary_concurrent() {
    const numbers = Array.from({ length: 200 }, (_, i) => String(i));
    const answers = await Promise.all(numbers.map((text) => call(client, 'Echo', { text })));
    assert.deepEqual(answers.map((answer) => answer.text), numbers);
  },
  async error_every_code() {
    for (let code = 1; code <= 16; code++) {
      const error = await fails(code, call(client, 'Fail', { code, message: '50% naïve\n€ 😀' }));
      assert.equal(error.details, '50% naïve\n€ 😀');
    }
  },
  async error_details() {
    const error = await fails(3, call(client, 'Fail', { field: 'config.args[0]', message: 'is empty' }));
    const [packed] = error.metadata.get('grpc-status-details-bin');
    for (const text of ['is empty', 'type.googleapis.com/google.rpc.ErrorInfo', 'INVALID_ARGUMENT', 'shimservice',
      'type.googleapis.com/google.rpc.BadRequest', 'config.args[0]']) {
      assert(packed.includes(text), text);
    }
  },
  async error_long_message() {
    const error = await fails(5, call(client, 'Fail', { code: 5, message: 'é'.repeat(100000) }));
    assert(error.details.startsWith('ééé'));
  },
  async error_unimplemented() {
    const echo = Conformance.service.Echo;
    const raw = new grpc.Client(target, insecure);
    for (const path of ['/shimservice.conformance.v1.Conformance/Nothing', '/no.such.Service/Echo']) {
      await fails(12, new Promise((resolve, reject) => raw.makeUnaryRequest(
        path, echo.requestSerialize, echo.responseDeserialize, {}, (error) => (error ? reject(error) : resolve()))));
    }
    raw.close();
  },
  async error_oversize() {
    await fails(8, call(client, 'Echo', { reply_bytes: 4 * 1024 * 1024 + 1 }));
    await fails(8, call(client, 'Echo', { data: Buffer.alloc(5 * 1024 * 1024) }));
    await cases.unary_ok();
  },
  async deadline() {
    await fails(4, call(client, 'Block', { key: 'js deadline' }, new grpc.Metadata(), soon(1)));
  },
  async cancel() {
    let under;
    const done = new Promise((resolve, reject) => {
      under = client.Block({ key: 'js cancel' }, soon(), (error) => (error ? reject(error) : resolve()));
    });
    const failed = fails(1, done);
    for (let i = 0; i < 20; i++) {
      await cases.unary_ok();
    }
    under.cancel();
    await failed;
  },
  async metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('tenant', 'blue');
    metadata.set('raw-bin', Buffer.from([0, 1, 2, 255]));
    const answer = await call(client, 'Describe', {}, metadata, soon(30));
    const pairs = Object.fromEntries(answer.metadata.map(({ key, value }) => [key, value]));
    assert.equal(pairs.tenant, 'blue');
    assert.equal(pairs['raw-bin'].replace(/=+$/, ''), 'AAEC/w');
    assert(answer.milliseconds_left > 0 && answer.milliseconds_left <= 30000 && answer.peer_pid === process.pid);
  },
  async server_stream() {
    const numbers = (await collect(client.Count({ count: 1000 }, soon()))).map((one) => one.number);
    assert.deepEqual(numbers, Array.from({ length: 1000 }, (_, i) => i + 1));
    assert.deepEqual(await collect(client.Count({}, soon())), []);
    const much = await collect(client.Count({ count: 100, size: 100000 }, soon()));
    assert.equal(much.reduce((sum, one) => sum + one.data.length, 0), 10000000);
  },
  async server_stream_error() {
    const error = await fails(10, collect(client.Count({ count: 3, code: 10 }, soon())));
    assert.equal(error.details, 'after 3');
    assert.deepEqual(error.seen.map((one) => one.number), [1, 2, 3]);
  },
  async server_stream_cancel() {
    const stream = client.Count({ count: 1, block: 'js stream' }, soon());
    const ended = fails(1, collect(stream));
    stream.once('data', () => stream.cancel());
    await ended;
  },
  async client_stream() {
    const sum = (numbers) => new Promise((resolve, reject) => {
      const stream = client.Sum(soon(), (error, response) => (error ? reject(error) : resolve(response)));
      numbers.forEach((number) => stream.write({ number }));
      stream.end();
    });
    assert.deepEqual(await sum(Array.from({ length: 101 }, (_, i) => i)), { total: 5050, messages: 101 });
    assert.deepEqual(await sum([]), { total: 0, messages: 0 });
  },
  async duplex() {
    const stream = client.Chat(soon());
    const texts = ['one', '', 'three'];
    const answers = collect(stream);
    stream.on('data', () => {
      const text = texts.shift();
      if (text === undefined) {
        stream.end();
      } else {
        stream.write({ text });
      }
    });
    stream.write({ text: texts.shift() });
    assert.deepEqual((await answers).map((one) => one.text), ['re: one', 're: ', 're: three', 'bye']);
  },
  async duplex_error() {
    const one = client.Chat(soon());
    const failed = fails(10, collect(one));
    one.write({ text: 'fail' });
    await failed;
    const other = client.Chat(soon());
    const ended = collect(other);
    other.write({ text: 'end' });
    assert.deepEqual(await ended, []);
    other.end();
  },
  reflection_v1: () => reflection('v1'),
  reflection_v1alpha: () => reflection('v1alpha'),
  async health() {
    const health = new api.grpc.health.v1.Health(target, insecure);
    assert.equal((await call(health, 'Check', {})).status, 1);
    await fails(5, call(health, 'Check', { service: 'no' }));
    const watch = health.Watch({ service: 'no' }, soon());
    const ended = fails(1, collect(watch));
    watch.once('data', (message) => {
      assert.equal(message.status, 3);
      watch.cancel();
    });
    await ended;
    health.close();
  },
  authority_path: () => withAuthority('/run/x.sock'),
  authority_percent: () => withAuthority('%2Frun%2Fx.sock'),
};

(async () => {
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run();
      console.log('ok', name);
    } catch (error) {
      console.log(`not ok ${name}: ${String(error.stack).replace(/\s+/g, ' ')}`);
    }
  }
  client.close();
})();
