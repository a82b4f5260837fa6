//! A disk as slow as a merchant's, for programs that are measured: each commit takes a given time at least, also on a machine whose
//! disk is quicker than a network disk of a cloud. A library of a few lines of C, which is loaded before everything else (`LD_PRELOAD`):
//! no other way is open to the unprivileged that slows SQLite, PostgreSQL and a test down by the same. Linux only.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::needs;
use crate::run;

const SOURCE: &str = include_str!("slow_disk.c");

/// A slow disk; dropping it removes its library.
pub struct SlowDisk {
    folder: PathBuf,
    ms: u32,
}

impl SlowDisk {
    /// One whose commits take so many milliseconds.
    pub fn make(ms: u32) -> Result<Self, Failure> {
        if !cfg!(target_os = "linux") {
            let remedy =
                "`--disk-ms` works on Linux only. Without it the disk is as quick as it is.".to_owned();
            return Err(Failure::Missing { what: "a slow disk".to_owned(), remedy });
        }
        let mut compiler = Command::new(needs::c_compiler()?);
        // The temporary folder, because PostgreSQL, which may run as another user, must get there.
        let folder = env::temp_dir().join(format!("relink-disk-{}-{ms}", std::process::id()));
        fs::create_dir(&folder).map_err(Failure::io("creating", &folder))?;
        let disk = Self { folder, ms };
        compiler
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-x", "c", "-", "-o"])
            .arg(disk.library());
        // Older systems have `dlsym` in a library of its own.
        run::filter("compiling the slow disk", compiler.arg("-ldl"), SOURCE.as_bytes())?;
        Ok(disk)
    }

    /// Has a program, and what it starts, write to it.
    pub fn under(&self, program: &mut Command) {
        program.env("LD_PRELOAD", self.library()).env("TEST_DISK_MS", self.ms.to_string());
    }

    fn library(&self) -> PathBuf {
        self.folder.join("slow_disk.so")
    }
}

impl Drop for SlowDisk {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::SlowDisk;
    use std::process::Command;
    use std::time::{Duration, Instant};

    #[test]
    fn each_commit_takes_its_time_and_is_made() {
        let disk = SlowDisk::make(60).expect("a C compiler");
        for how in ["--data", "--"] {
            let mut sync = Command::new("sync");
            disk.under(sync.arg(how).arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")));
            let begun = Instant::now();
            assert!(sync.status().expect("sync is part of every Linux").success());
            assert!(begun.elapsed() >= Duration::from_millis(60), "{how}");
            // What cannot be committed still says so.
            let mut sync = Command::new("sync");
            disk.under(sync.arg(how).arg("/proc/self/status"));
            assert!(!sync.status().expect("sync is part of every Linux").success(), "{how}");
        }
    }
}
