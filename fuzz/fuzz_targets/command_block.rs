//! Any text is an agent's: what stands below its commands is its end, and holds no command more.
#![no_main]

use buzon::desk::command::{CommandBlock, MOST_COMMANDS, is_release};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: String| {
    is_release(&text);
    match CommandBlock::read(&text) {
        Ok(block) => {
            assert!(text.ends_with(&block.rest), "{text:?}");
            assert!(block.commands.len() <= MOST_COMMANDS);
            for written in &block.commands {
                assert!(!written.command.to_string().contains(char::is_control), "{written:?}");
            }
            let below = CommandBlock::read(&block.rest).expect("text");
            assert!(below.commands.is_empty() && below.rest == block.rest, "{text:?}");
        }
        Err(error) => {
            assert!(error.line.number <= text.lines().count());
            assert!(!error.line.text.contains(char::is_control), "{error:?}");
        }
    }
});
