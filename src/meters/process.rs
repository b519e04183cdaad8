//! What the system knows of this process, by the names that are usual for it.

use std::fmt::Error;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// In a second, whatever the kernel counts in itself: what it tells programs is the same on all machines we run on.
const TICKS: f64 = 100.0;

/// This process, as `/proc` tells of it; where there is none, nothing is said.
#[derive(Debug)]
pub(super) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let mut gauge = |name: &str, help: &str, value: Option<f64>| {
            let Some(value) = value else { return Ok(()) };
            let encoder = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(value).encode(encoder)
        };
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let what = "Memory that the process holds.";
        let resident = kilobytes(&status, "VmRSS:");
        gauge("process_resident_memory_bytes", what, resident)?;
        let what = "Addresses that the process has taken.";
        let addresses = kilobytes(&status, "VmSize:");
        gauge("process_virtual_memory_bytes", what, addresses)?;
        let what = "Files that the process has open.";
        gauge("process_open_fds", what, open_files())?;
        gauge("process_max_fds", "Files it may have open.", most_files())?;
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let machine = fs::read_to_string("/proc/stat").unwrap_or_default();
        let what = "When the process was started, in seconds since 1970.";
        gauge("process_start_time_seconds", what, started(&stat, &machine))?;
        let Some(spent) = spent(&stat) else {
            return Ok(());
        };
        let what = "Time that processors spent on it.";
        let encoder =
            encoder.encode_descriptor("process_cpu_seconds", what, None, MetricType::Counter)?;
        ConstCounter::new(spent).encode(encoder)
    }
}

/// A line of `/proc/self/status`, such as `VmRSS:   12345 kB`, in bytes.
fn kilobytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let number: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(number * 1024.0)
}

/// A field of `/proc/self/stat`, counted from 1 as in proc(5). The name of the program, in brackets, may hold anything.
fn field(stat: &str, number: usize) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let field = rest.split_whitespace().nth(number.checked_sub(3)?)?;
    field.parse().ok()
}

/// In the program itself, and in the kernel on its behalf.
fn spent(stat: &str) -> Option<f64> {
    Some((field(stat, 14)? + field(stat, 15)?) / TICKS)
}

fn started(stat: &str, machine: &str) -> Option<f64> {
    let booted = (machine.lines()).find_map(|line| line.strip_prefix("btime "))?;
    let booted: f64 = booted.trim().parse().ok()?;
    Some(booted + field(stat, 22)? / TICKS)
}

fn open_files() -> Option<f64> {
    // The folder itself is open while it is read.
    let files = fs::read_dir("/proc/self/fd").ok()?.count();
    Some(files.saturating_sub(1) as f64)
}

fn most_files() -> Option<f64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = (limits.lines()).find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 4 0 1000 9 9";
        assert_eq!(spent(stat), Some(2.0));
        let machine = "cpu 1 2\nbtime 1700000000\nprocesses 9\n";
        assert_eq!(started(stat, machine), Some(1_700_000_010.0));
        assert_eq!(
            kilobytes("Name:\ta\nVmRSS:\t    12 kB\n", "VmRSS:"),
            Some(12_288.0)
        );
        assert_eq!(spent("nothing"), None);
    }
}
