//! What loads and stores say of how their addresses are aligned: nothing. It is a hint that changes no result and that no browser
//! on a phone or a desk uses; but the same instruction with and without it is not the same to compression, nor two functions
//! that differ in nothing else.

use walrus::ir::{Load, Store, VisitorMut, dfs_pre_order_mut};

use crate::dist::seam;
use crate::failure::Failure;

/// The same file, where any address may be any multiple of one.
pub fn without(wasm: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut module = seam::read(wasm)?;
    for (_, function) in module.funcs.iter_local_mut() {
        let entry = function.entry_block();
        dfs_pre_order_mut(&mut Unaligned, function, entry);
    }
    Ok(module.emit_wasm())
}

struct Unaligned;

impl VisitorMut for Unaligned {
    fn visit_load_mut(&mut self, load: &mut Load) {
        load.arg.align = 1;
    }

    fn visit_store_mut(&mut self, store: &mut Store) {
        store.arg.align = 1;
    }
}

#[cfg(test)]
mod tests {
    use super::without;
    use walrus::ir::{LoadKind, MemArg, StoreKind};
    use walrus::{FunctionBuilder, Module, ValType};

    /// A function that copies a number from one place to another, and says that both are at a multiple of `align`.
    fn copies(align: u32) -> Vec<u8> {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let [to, from] = [(); 2].map(|()| module.locals.add(ValType::I32));
        let mut function = FunctionBuilder::new(&mut module.types, &[ValType::I32; 2], &[]);
        let place = MemArg { align, offset: 8 };
        let mut body = function.func_body();
        body.local_get(to).local_get(from);
        body.load(memory, LoadKind::I32 { atomic: false }, place);
        body.store(memory, StoreKind::I32 { atomic: false }, place);
        let copies = function.finish(vec![to, from], &mut module.funcs);
        module.exports.add("copies", copies);
        module.emit_wasm()
    }

    #[test]
    fn functions_that_differ_in_alignment_alone_are_the_same() {
        assert_ne!(copies(4), copies(2));
        let unaligned = without(&copies(4)).expect("it is a file");
        assert_eq!(unaligned, without(&copies(2)).expect("it is a file"));
        assert_eq!(unaligned, without(&copies(1)).expect("it is a file"));
    }
}
