//! The seam between the glue and the WebAssembly, made narrow after wasm-bindgen wrote it: what nobody asks for goes,
//! and what is left gets short names.
//!
//! Names are most of what such a seam weighs: each function that crosses it is called by its name and a hash in both
//! files, and no minifier may touch what is a property to one file and an import to the other. So what the glue hands over is
//! a list, of which the WebAssembly imports `0`, `1` and so on.
//!
//! And made safe: most of these functions call into the page, which may have put its own in the browser's place. One that
//! throws would unwind the WebAssembly in the middle of whatever it does, and leave it so for good. So none throws
//! ([`fallible`]): it gives back nothing, which every caller in `src/` takes for an answer.
//!
//! Past 400 lines, since every step names wasm-bindgen's own text that it replaces, and what stands there instead.

use std::collections::{BTreeSet, HashMap, HashSet};

use walrus::{Import, ImportKind, Module, Type};

use crate::dist::bound::Bound;
use crate::failure::Failure;

/// Classes that Leptos' crates export for servers that stream to the page. The linker has left their functions out.
const UNUSED_CLASSES: [&str; 3] = ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];
/// Before and after the functions that the glue hands to the WebAssembly, and before each of them.
const IMPORTS: [&str; 3] = ["    const import0 = {\n        __proto__: null,\n", "    };\n", "        "];
/// How the glue calls what the WebAssembly exports.
const EXPORTED: &str = "wasm.";
/// How a function gives text back: by writing where its first argument says.
const GIVES_TEXT: &str = "passStringToWasm0(ret,";
/// A text that is one only if the value is.
const IF_TEXT: &str = "            const obj = arg1;
            const ret = typeof(obj) === 'string' ? obj : undefined;
";
/// How text of the page's is copied into the WebAssembly's memory.
const TAKES_TEXT: &str = "function passStringToWasm0(arg, malloc, realloc) {\n";
/// What is first asked there: what is no text has no length, and no memory may be had by it, or memory is destroyed.
const ONLY_TEXT: &str = "    if (typeof arg !== 'string') throw new TypeError();\n";
/// Before our list of the functions, which takes the place of the object.
const LIST: &str = "    const import0 = [\n";
/// After the functions: none of them throws any longer, but for a fault of the WebAssembly's own.
const NET: &str = "    ];
    for (let at = 0; at < import0.length; at++) {
        const borrowed = import0[at];
        import0[at] = (...given) => {
            try {
                return borrowed(...given);
            } catch (error) {
                if (error instanceof WebAssembly.RuntimeError) throw error;
            }
        };
    }
";
/// How a function begins that keeps what the page throws.
const KEEPS: &str = "function() { return handleError(function (";
/// What the glue has for the functions, and what it has for them once they are arrows. What is thrown reaches Rust as an
/// `Error` in any case: gloo-net panics on anything else, and a page's own `Request` may throw a string.
const SHORTER: [(&str, &str); 8] = [
    (
        "function handleError(f, args) {
    try {
        return f.apply(this, args);
    } catch (e) {
        const idx = addToExternrefTable0(e);
        wasm.__wbindgen_exn_store(idx);
    }
}
",
        "const kept = (f) => (...given) => {
    try {
        return f(...given);
    } catch (e) {
        wasm.__wbindgen_exn_store(addToExternrefTable0(e instanceof Error ? e : Error()));
    }
};
const orNone = (value) => value == null ? 0 : addToExternrefTable0(value);
const giveText = (place, read, mayBeNone) => {
    // Where that throws, there are no bytes, at no place that is ever read.
    getDataViewMemory0().setBigInt64(place, 1n, true);
    const text = read();
    const at = mayBeNone && text == null ? 0 : passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const view = getDataViewMemory0();
    view.setInt32(place, at, true);
    view.setInt32(place + 4, WASM_VECTOR_LEN, true);
};
",
    ),
    // Whatever runs this WebAssembly has both.
    (
        "(typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry",
        "new FinalizationRegistry",
    ),
    (
        "if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function (arg, view) {
        const buf = cachedTextEncoder.encode(arg);
        view.set(buf);
        return {
            read: arg.length,
            written: buf.length
        };
    };
}
",
        "",
    ),
    // Nobody asks for the way without, and the browser writes as fast as a loop.
    (
        "    if (realloc === undefined) {
        const buf = cachedTextEncoder.encode(arg);
        const ptr = malloc(buf.length, 1) >>> 0;
        getUint8ArrayMemory0().subarray(ptr, ptr + buf.length).set(buf);
        WASM_VECTOR_LEN = buf.length;
        return ptr;
    }

    let len = arg.length;
    let ptr = malloc(len, 1) >>> 0;

    const mem = getUint8ArrayMemory0();

    let offset = 0;

    for (; offset < len; offset++) {
        const code = arg.charCodeAt(offset);
        if (code > 0x7F) break;
        mem[ptr + offset] = code;
    }
    if (offset !== len) {
        if (offset !== 0) {
            arg = arg.slice(offset);
        }
        ptr = realloc(ptr, len, len = offset + arg.length * 3, 1) >>> 0;
        const view = getUint8ArrayMemory0().subarray(ptr + offset, ptr + len);
        const ret = cachedTextEncoder.encodeInto(arg, view);

        offset += ret.written;
        ptr = realloc(ptr, len, offset, 1) >>> 0;
    }

    WASM_VECTOR_LEN = offset;
    return ptr;
",
        "    WASM_VECTOR_LEN = 0;
    // Where no memory is needed, none may be asked for: any place will do.
    if (!arg) return 1;
    const most = arg.length * 3;
    const ptr = malloc(most, 1) >>> 0;
    WASM_VECTOR_LEN = cachedTextEncoder.encodeInto(arg, getUint8ArrayMemory0().subarray(ptr, ptr + most)).written;
    return realloc(ptr, most, WASM_VECTOR_LEN, 1) >>> 0;
",
    ),
    // Whatever runs this WebAssembly gives memory that grew another buffer.
    (
        "cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
        "cachedDataViewMemory0?.buffer !== wasm.memory.buffer",
    ),
    // For those that read two gigabytes of text.
    (
        "    numBytesDecoded += bytes.length;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
        cachedTextDecoder.decode();
        numBytesDecoded = bytes.length;
    }
",
        "",
    ),
    ("let wasmModule, wasmInstance, wasm;\n", "let wasm;\n"),
    ("    wasmInstance = instance;\n    wasm = instance.exports;\n    wasmModule = module;\n", "    wasm = instance.exports;\n"),
];
/// How the glue starts the WebAssembly: from anything and for everyone.
const START: &str = "async function __wbg_load(module, imports) {\n";
/// How ours does, for the loader, which gives the answer to its request. A server may not say what the file is; then it is
/// compiled when it is whole.
const OUR_START: &str = "let starting;
const start = async (answer) => {
    const imports = __wbg_get_imports();
    const isSaid = answer.headers.get('Content-Type') === 'application/wasm';
    const { instance } = await (isSaid
        ? WebAssembly.instantiateStreaming(answer, imports)
        : WebAssembly.instantiate(await answer.arrayBuffer(), imports));
    // To compile it is one task, and the first view another.
    try {
        await scheduler.yield();
    } catch {
        // This browser has none, or the page's own does not work.
    }
    __wbg_finalize_init(instance);
};
const __wbg_init = async ({ module_or_path }) => {
    if (wasm) return;
    starting ??= start(module_or_path);
    try {
        await starting;
    } finally {
        starting = null;
    }
};
export { __wbg_init as default };
";
/// Before a value that may not be there, and after it.
const RETURNED: &str = "            const ret = ";
const OR_NONE: &str = ";
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);";
/// Before a question for a class, and after it.
const ASKED: &str = "            let result;
            try {
                result = ";
const ANSWERED: &str = ";
            } catch (_) {
                result = false;
            }
            const ret = result;
            return ret;";
/// What waits, by functions of the page's, and the same by the language, which no page can replace.
const WAITS: [(&str, &str); 3] = [
    ("queueMicrotask(arg0);", "(async () => arg0(await 0))();"),
    ("Promise.resolve(arg0);", "(async () => arg0)();"),
    (
        "arg0.then(arg1, arg2);",
        "(async () => { try { arg0 = await arg0; } catch (error) { return arg2(error); } arg1(arg0); })();",
    ),
];

/// Takes away the classes that nobody makes, and the exports that nobody calls. To be done before wasm-opt, which then
/// drops what only they used.
pub fn without_unused(bound: Bound) -> Result<Bound, Failure> {
    let Bound { wasm, mut glue } = bound;
    for class in UNUSED_CLASSES {
        cut(&mut glue, &format!("export class {class} {{\n"), &format!("{class}.prototype.free;\n"));
        cut(&mut glue, &format!("const {class}Finalization ="), ");\n");
    }
    // What runs at the start is called by the WebAssembly's own start.
    cut(&mut glue, "export function begin() {\n", "}\n");
    // The loader gives its handle back when the element goes; nothing else holds or makes one.
    glue = glue.replacen("export class Handle", "class Handle", 1);
    cut(&mut glue, "    free() {\n", "    }\n");
    cut(&mut glue, "if (Symbol.dispose) Handle", "\n");
    cut(&mut glue, "const HandleFinalization =", ");\n");
    cut(&mut glue, "        HandleFinalization.register(", "\n");
    cut(&mut glue, "        HandleFinalization.unregister(", "\n");
    let mut module = read(&wasm)?;
    keep_called(&mut module, &glue);
    Ok(Bound { wasm: module.emit_wasm(), glue })
}

/// A file as walrus reads it.
pub fn read(wasm: &[u8]) -> Result<Module, Failure> {
    Module::from_buffer(wasm)
        .map_err(|error| Failure::Source(format!("the WebAssembly cannot be read: {error:#}")))
}

fn keep_called(module: &mut Module, glue: &str) {
    let called: HashSet<&str> = calls(glue).map(|(_, name)| name).collect();
    let unheard = |export: &&walrus::Export| !called.contains(export.name.as_str());
    let unheard: Vec<_> = module.exports.iter().filter(unheard).map(|export| export.id()).collect();
    unheard.into_iter().for_each(|export| module.exports.delete(export));
}

/// The glue with a start of our own, and with what [`narrow`] makes its functions use.
pub fn shorten(glue: &str) -> Result<String, Failure> {
    let unknown = |part: &str| Failure::Source(format!("wasm-bindgen's glue no longer has:\n{part}"));
    let (glue, _) = glue.split_once(START).ok_or_else(|| unknown(START))?;
    let mut glue = glue.to_owned();
    for (long, short) in SHORTER {
        if !glue.contains(long) {
            return Err(unknown(long));
        }
        glue = glue.replace(long, short);
    }
    Ok(glue + OUR_START)
}

/// Gives everything that crosses the seam a short name, or its place in a list. To be done last: only what the WebAssembly still
/// imports stays in the glue, and functions of one text become one.
pub fn narrow(bound: &Bound) -> Result<Bound, Failure> {
    let (before, functions, after) = functions(&bound.glue)?;
    let mut written = String::new();
    let mut place_of: HashMap<&str, String> = HashMap::new();
    let mut exports: HashMap<String, String> = HashMap::new();
    let mut missing = Vec::new();
    let mut module = read(&bound.wasm)?;
    // What one tool left there for another, and no browser reads.
    let said: Vec<_> = module.customs.iter().map(|(section, _)| section).collect();
    said.into_iter().for_each(|section| drop(module.customs.delete(section)));
    // Like beside like, by type and text: that compresses best.
    let listed = module
        .imports
        .iter()
        .filter_map(|import| Some((type_of(&module, import), functions.get(import.name.as_str())?)));
    let listed: BTreeSet<_> = listed.collect();
    for (_, text) in listed {
        let number = place_of.len();
        place_of.entry(text).or_insert_with(|| {
            written.push_str(&format!("        {text}"));
            number.to_string()
        });
    }
    for import in module.imports.iter_mut() {
        let place = functions.get(import.name.as_str()).and_then(|text| place_of.get(text.as_str()));
        match place {
            Some(place) => import.name.clone_from(place),
            None => missing.push(import.name.clone()),
        }
        import.module = short(0);
    }
    keep_called(&mut module, &bound.glue);
    for (number, export) in module.exports.iter_mut().enumerate() {
        let name = short(number);
        exports.insert(std::mem::replace(&mut export.name, name.clone()), name);
    }
    if !missing.is_empty() {
        return Err(Failure::Source(format!("wasm-bindgen's glue lacks {}", missing.join(", "))));
    }
    let [_, close, _] = IMPORTS;
    let after = after.replacen(close, NET, 1);
    let after =
        after.replacen(&format!("\"./{}\": import0", crate::dist::names::WASM_IMPORTS), "a: import0", 1);
    let whole = format!("{before}{LIST}{written}{after}");
    if whole.contains("passStringToWasm0(") && !whole.contains(TAKES_TEXT) {
        return Err(Failure::Source("wasm-bindgen's glue copies text in a new way".to_owned()));
    }
    let whole = whole.replacen(TAKES_TEXT, &[TAKES_TEXT, ONLY_TEXT].concat(), 1);
    // A bundler would take this for another copy to carry along.
    if whole.contains("import.meta") {
        return Err(Failure::Source("wasm-bindgen's glue finds its WebAssembly in a new way".to_owned()));
    }
    Ok(Bound { wasm: module.emit_wasm(), glue: with_short_calls(&whole, &exports) })
}

/// What a function takes and gives back; nothing for what is none.
fn type_of(module: &Module, import: &Import) -> Option<Type> {
    let ImportKind::Function(function) = import.kind else { return None };
    Some(module.types.get(module.funcs.get(function).ty()).clone())
}

/// The glue before, in and after the object of functions; each function's text runs to the next one's name.
fn functions(glue: &str) -> Result<(&str, HashMap<&str, String>, &str), Failure> {
    let unknown =
        || Failure::Source("wasm-bindgen's glue is not as it was: see xtask/src/dist/seam.rs".to_owned());
    let [open, close, indent] = IMPORTS;
    let (before, rest) = glue.split_once(open).ok_or_else(unknown)?;
    let end = rest.find(&format!("\n{close}")).ok_or_else(unknown)? + 1;
    let (inside, after) = rest.split_at(end);
    let mut functions: HashMap<&str, String> = HashMap::new();
    let mut name = "";
    for line in inside.lines() {
        let begins = line
            .strip_prefix(indent)
            .filter(|line| line.starts_with(|c: char| c.is_alphabetic() || c == '_'));
        let text = match begins.and_then(|line| line.split_once(": function")) {
            Some((next, text)) => {
                name = next;
                format!("function{text}\n")
            }
            // Comments make two functions out of one.
            None if line.trim_start().starts_with("//") => continue,
            None => format!("{line}\n"),
        };
        functions.entry(name).or_default().push_str(&text);
    }
    for text in functions.values_mut() {
        *text = shorter(&unwatched(text))?;
    }
    Ok((before, functions, after))
}

/// The same function, waiting as the language does.
fn unwatched(text: &str) -> String {
    WAITS.iter().fold(text.to_owned(), |text, (page, language)| text.replacen(page, language, 1))
}

/// The same function as an arrow, which gives text back and keeps what was thrown by what [`SHORTER`] has for all.
fn shorter(text: &str) -> Result<String, Failure> {
    let unknown =
        || Failure::Source(format!("a function of wasm-bindgen's glue is written in a new way: {text}"));
    let (before, given, body, after) = match text.strip_prefix(KEEPS) {
        Some(rest) => {
            let (given, rest) = rest.split_once(") {\n").ok_or_else(unknown)?;
            ("kept((", given, rest.strip_suffix("}, arguments); },\n").ok_or_else(unknown)?, "}),\n")
        }
        None => {
            let rest = text.strip_prefix("function(").ok_or_else(unknown)?;
            let (given, rest) = rest.split_once(") {\n").ok_or_else(unknown)?;
            ("(", given, rest.strip_suffix("},\n").ok_or_else(unknown)?, "},\n")
        }
    };
    if body.contains("arguments") || body.contains("this") {
        return Err(unknown());
    }
    let mut body = is_a(body).unwrap_or_else(|| body.to_owned());
    if body.contains(GIVES_TEXT) {
        body = gives_text(&body).ok_or_else(unknown)?;
    }
    // What is not there has no place in the table of values.
    if let Some(value) = body.trim_end().strip_prefix(RETURNED).and_then(|rest| rest.strip_suffix(OR_NONE)) {
        body = format!("            return orNone({value});\n");
    }
    // Where nothing is asked for, nobody sees what is given back.
    if let Some(expression) = only_expression(&body) {
        return Ok(format!("{before}{given}) => {expression}{}", &after[1..]));
    }
    Ok(format!("{before}{given}) => {{\n{body}{after}"))
}

/// What a function does that does one thing and gives nothing back.
fn only_expression(body: &str) -> Option<&str> {
    let expression = body.trim().strip_suffix(';')?;
    let is_statement = |word: &str| ["return", "throw", "const", "if", "for"].contains(&word);
    (!expression.contains('\n') && !is_statement(expression.split(' ').next()?)).then_some(expression)
}

/// A function that gives text back, by the one for all: nothing is left of it where it throws half-way.
fn gives_text(body: &str) -> Option<String> {
    let body =
        body.replacen(IF_TEXT, "            const ret = typeof arg1 === 'string' ? arg1 : undefined;\n", 1);
    let (text, given) = body.strip_prefix(RETURNED)?.split_once(";\n")?;
    // Where text is a must, what is none throws.
    let may_be_none = [("var", "isLikeNone(ret) ? 0 : ", ", true"), ("const", "", "")];
    may_be_none.into_iter().find_map(|(declared, none, or_none)| {
        let written = format!(
            "            {declared} ptr1 = {none}passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            {declared} len1 = WASM_VECTOR_LEN;
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
"
        );
        (given.strip_suffix("        ").unwrap_or(given) == written)
            .then(|| format!("            giveText(arg0, () => {text}{or_none});\n"))
    })
}

/// A question for a class: one that cannot be answered throws, and [`NET`] says no.
fn is_a(body: &str) -> Option<String> {
    let question = body.trim_end().strip_prefix(ASKED)?.strip_suffix(ANSWERED)?;
    Some(format!("            return {question};\n"))
}

/// Where the glue names an export of the WebAssembly, and which.
fn calls(glue: &str) -> impl Iterator<Item = (usize, &str)> {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    glue.match_indices(EXPORTED).filter_map(move |(place, _)| {
        let start = place + EXPORTED.len();
        let rest = &glue[start..];
        let name = &rest[..rest.find(|c| !part_of_name(c)).unwrap_or(rest.len())];
        let apart = !glue[..place].ends_with(|c: char| part_of_name(c) || c == '.' || c == '/');
        (apart && !name.is_empty()).then_some((start, name))
    })
}

fn with_short_calls(glue: &str, exports: &HashMap<String, String>) -> String {
    let mut text = String::with_capacity(glue.len());
    let mut done = 0;
    for (start, name) in calls(glue) {
        if let Some(short) = exports.get(name) {
            text.push_str(&glue[done..start]);
            text.push_str(short);
            done = start + name.len();
        }
    }
    text + &glue[done..]
}

/// Takes the text from `start` to `end` away, both included, where it is there.
fn cut(text: &mut String, start: &str, end: &str) {
    if let Some(from) = text.find(start)
        && let Some(length) = text[from..].find(end)
    {
        text.replace_range(from..from + length + end.len(), "");
    }
}

/// `a` to `z`, then `aa`.
fn short(number: usize) -> String {
    let last = char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
    let before = if number < 26 { String::new() } else { short(number / 26 - 1) };
    format!("{before}{last}")
}

#[cfg(test)]
mod tests {
    use super::{narrow, read, short, without_unused};
    use crate::dist::bound::Bound;
    use walrus::{FunctionBuilder, Module};

    const GLUE: &str = r#"export class IntoUnderlyingSink {
    free() { wasm.__wbg_intounderlyingsink_free(0); }
}
if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = IntoUnderlyingSink.prototype.free;

export function mount(a) {
    return wasm.mount(wasm.memory, a);
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_close_1: function(arg0) {
            // Of a window.
            arg0.close();
        },
        __wbg_close_2: function(arg0) {
            arg0.close();
        },
        __wbg_gone_3: function() { return handleError(function () {
            gone();
        }, arguments); },
        __wbg_open_4: function() { return handleError(function () {
            open();
        }, arguments); },
    };
    return { "./relink-widget_bg.js": import0 };
}
const IntoUnderlyingSinkFinalization = (typeof X === 'undefined')
    ? { register: () => {} }
    : new X(ptr => wasm.__wbg_intounderlyingsink_free(ptr, 1));
"#;

    fn file(imports: &[&str], exports: &[&str]) -> Vec<u8> {
        let mut module = Module::default();
        let nothing = module.types.add(&[], &[]);
        for name in imports {
            module.add_import_func("./relink-widget_bg.js", name, nothing);
        }
        for name in exports {
            let function =
                FunctionBuilder::new(&mut module.types, &[], &[]).finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, function);
        }
        module.emit_wasm()
    }

    fn names(wasm: &[u8]) -> Vec<String> {
        let module = read(wasm).expect("it is a file");
        let imports = module.imports.iter().map(|import| import.name.clone());
        imports.chain(module.exports.iter().map(|export| export.name.clone())).collect()
    }

    #[test]
    fn a_class_that_nobody_uses_goes_from_both_sides() {
        let wasm = file(&[], &["mount", "__wbg_intounderlyingsink_free", "memory"]);
        let bound = without_unused(Bound { wasm, glue: GLUE.to_owned() }).expect("it is glue");
        assert_eq!(names(&bound.wasm), ["mount", "memory"]);
        assert!(!bound.glue.to_lowercase().contains("intounderlyingsink"), "{}", bound.glue);
        assert!(bound.glue.starts_with("\nexport function mount"), "{}", bound.glue);
    }

    #[test]
    fn both_sides_call_each_other_by_the_same_short_names() {
        let wasm = file(&["__wbg_open_4", "__wbg_close_2", "__wbg_close_1"], &["unheard", "memory", "mount"]);
        let bound = narrow(&Bound { wasm, glue: GLUE.to_owned() }).expect("it is glue");
        assert_eq!(names(&bound.wasm), ["1", "0", "0", "a", "b"], "functions of one text are one");
        assert!(bound.glue.contains("return wasm.b(wasm.a, a);"), "{}", bound.glue);
        let list = "const import0 = [\n        (arg0) => arg0.close(),\n        kept(() => open()),\n    ];";
        assert!(bound.glue.contains(list), "{}", bound.glue);
        assert!(bound.glue.contains("{ a: import0 }"), "{}", bound.glue);
        assert!(!bound.glue.contains("gone()"), "what is not imported is not shipped");
    }

    #[test]
    fn what_waits_asks_no_page() {
        let waits = super::unwatched("function(arg0) {\n queueMicrotask(arg0);\n}\n");
        assert!(!waits.contains("queueMicrotask"), "{waits}");
    }

    #[test]
    fn a_question_for_a_class_and_a_value_that_may_not_be_there_are_short() {
        let asks = "function(arg0) {
            let result;
            try {
                result = arg0 instanceof Element;
            } catch (_) {
                result = false;
            }
            const ret = result;
            return ret;
        },\n";
        let short = super::shorter(asks).expect("it is a function");
        assert_eq!(short, "(arg0) => {\n            return arg0 instanceof Element;\n},\n");
        let finds = "function(arg0) {
            const ret = arg0.firstChild;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
        },\n";
        let short = super::shorter(finds).expect("it is a function");
        assert_eq!(short, "(arg0) => {\n            return orNone(arg0.firstChild);\n},\n");
    }

    #[test]
    fn what_tools_say_to_tools_is_not_shipped() {
        let mut module = read(&file(&[], &["memory"])).expect("it is a file");
        module.customs.add(walrus::RawCustomSection { name: "for_tools".to_owned(), data: vec![1] });
        let bound = narrow(&Bound { wasm: module.emit_wasm(), glue: GLUE.to_owned() }).expect("it is glue");
        assert_eq!(read(&bound.wasm).expect("it is a file").customs.iter().count(), 0);
    }

    #[test]
    fn nothing_that_the_glue_hands_over_throws() {
        let bound = narrow(&Bound { wasm: file(&[], &[]), glue: GLUE.to_owned() }).expect("it is glue");
        assert!(bound.glue.contains("return borrowed(...given);"), "{}", bound.glue);
    }

    #[test]
    fn memory_is_had_for_text_alone() {
        let copied = |function: &str| {
            format!("{GLUE}{function}    let len = arg.length;\n}}\npassStringToWasm0(a);\n")
        };
        let bound = |glue| narrow(&Bound { wasm: file(&[], &[]), glue });
        let glue = bound(copied(super::TAKES_TEXT)).expect("it is glue").glue;
        assert!(glue.find("typeof arg !== 'string'") < glue.find("arg.length"), "{glue}");
        assert!(bound(copied("function passStringToWasm0(text) {\n")).is_err());
    }

    #[test]
    fn what_is_thrown_reaches_rust_as_an_error() {
        let parts: String = super::SHORTER.iter().map(|(long, _)| *long).collect();
        let glue = super::shorten(&(parts.clone() + super::START)).expect("it has all parts");
        assert!(glue.contains("e instanceof Error ? e : Error()"), "{glue}");
        assert!(super::shorten(&(parts.replace("handleError", "keepError") + super::START)).is_err());
    }

    #[test]
    fn an_import_that_the_glue_lacks_stops_the_build() {
        let wasm = file(&["__wbg_unheard_of_5"], &[]);
        assert!(narrow(&Bound { wasm, glue: GLUE.to_owned() }).is_err());
    }

    #[test]
    fn text_is_given_back_by_one_function_for_all() {
        let text = "function(arg0, arg1) {
            const ret = arg1.baseURI;
            var ptr1 = isLikeNone(ret) ? 0 : passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            var len1 = WASM_VECTOR_LEN;
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
        },
";
        let short = "(arg0, arg1) => giveText(arg0, () => arg1.baseURI, true),\n";
        assert_eq!(super::shorter(text).expect("it is one"), short);
        let must = text.replace("isLikeNone(ret) ? 0 : ", "").replace("var ", "const ");
        assert_eq!(super::shorter(&must).expect("it is one"), short.replace(", true", ""), "none is no text");
        let half = text.replace("            const ret", "            arg1.ask();\n            const ret");
        assert!(super::shorter(&half).is_err(), "what may throw is asked after something is written");
        assert!(
            super::shorter("function(arg0) {\n return arguments[0];\n},\n").is_err(),
            "an arrow has none"
        );
        assert!(super::shorten(GLUE).is_err(), "it has no start to replace");
    }

    #[test]
    fn short_names_go_on_after_z() {
        assert_eq!([0, 25, 26, 702].map(short), ["a", "z", "aa", "aaa"]);
    }

    #[test]
    fn what_is_no_file_is_refused() {
        assert!(read(b"\0asm").is_err());
    }
}
