// A gRPC client that knows nothing of ours but the .proto files: grpc-js, driven by lines of JSON.
//
//   node client.js SOCKET PROTOS
//
// in:  {"call":1,"method":"shimservice.v1.TaskService/Run","request":{…}}     timeout: seconds, optional
//      {"call":1,"send":{…}}  {"call":1,"done":true}  {"call":1,"cancel":true}
// out: {"call":1,"message":{…}} …  then {"call":1,"status":{"code":"OK","message":"","details":[…]}}
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const [socket, protos] = process.argv.slice(2);
const files = fs.readdirSync(protos, { recursive: true }).filter(name => name.endsWith('.proto'));
const shape = { keepCase: false, longs: String, enums: String, bytes: String, defaults: false };
const definition = loader.loadSync(files, { ...shape, includeDirs: [protos] });
const services = grpc.loadPackageDefinition(definition);

const root = new protobuf.Root();
root.resolvePath = (origin, target) => {
  const local = path.join(protos, target);
  return fs.existsSync(local) ? local : protobuf.util.path.resolve(origin, target);
};
root.loadSync(files);

// As proto3 JSON has it: a timestamp is a string.
function json(value) {
  if (Array.isArray(value)) return value.map(json);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every(key => key === 'seconds' || key === 'nanos') && 'seconds' in value) {
    const nanos = String(value.nanos || 0).padStart(9, '0');
    return new Date(Number(value.seconds) * 1000).toISOString().replace(/\.\d+Z$/, `.${nanos}Z`);
  }
  const plain = {};
  for (const key of keys) plain[key] = json(value[key]);
  return plain;
}

function details(error) {
  const packed = error.metadata ? error.metadata.get('grpc-status-details-bin') : [];
  if (packed.length === 0) return [];
  const status = root.lookupType('google.rpc.Status').decode(packed[0]);
  return status.details.map(any => {
    const name = any.type_url ?? any.typeUrl;
    const type = root.lookupType(name.slice(name.lastIndexOf('/') + 1));
    return { '@type': type.fullName.slice(1), ...type.toObject(type.decode(any.value), shape) };
  });
}

function answer(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

const codeNames = Object.fromEntries(Object.entries(grpc.status).filter(([name]) => isNaN(name)).map(([n, v]) => [v, n]));
function end(call, error) {
  answer({
    call,
    status: error
      ? { code: codeNames[error.code] || 'UNKNOWN', message: error.details || error.message, details: details(error) }
      : { code: 'OK', message: '', details: [] },
  });
  calls.delete(call);
}

const clients = new Map();
function client(service) {
  if (!clients.has(service)) {
    const type = service.split('.').reduce((scope, name) => scope[name], services);
    clients.set(service, new type(`unix:${socket}`, grpc.credentials.createInsecure()));
  }
  return clients.get(service);
}

const calls = new Map();
function open({ call, method, request, timeout }) {
  const [service, name] = method.split('/');
  const kind = definition[service][name];
  const options = timeout ? { deadline: Date.now() + timeout * 1000 } : {};
  const function_ = client(service)[name].bind(client(service));
  let opened;
  if (kind.requestStream && kind.responseStream) {
    opened = function_(options);
    if (request) opened.write(request);
  } else if (kind.responseStream) {
    opened = function_(request, options);
  } else {
    opened = function_(request, options, (error, message) => {
      if (!error) answer({ call, message: json(message) });
      end(call, error);
    });
  }
  calls.set(call, opened);
  if (kind.responseStream) {
    let failure = null;
    opened.on('data', message => answer({ call, message: json(message) }));
    opened.on('error', error => { failure = error; end(call, error); });
    opened.on('end', () => { if (!failure) setImmediate(() => { if (!failure) end(call, null); }); });
  }
}

const lines = readline.createInterface({ input: process.stdin });
lines.on('line', text => {
  const line = JSON.parse(text);
  if (line.method) return open(line);
  const opened = calls.get(line.call);
  if (!opened) return;
  if (line.send) opened.write(line.send);
  if (line.done) opened.end();
  if (line.cancel) opened.cancel();
});
lines.on('close', () => process.exit(0));
answer({ ready: true });
