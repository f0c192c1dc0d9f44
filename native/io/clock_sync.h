// Owns the question whether something keeps the system's clock right.
#pragma once

namespace pinlatch::io {

// IsClockSynchronised says that the kernel takes the clock for synchronised (adjtimex(2)), or that
// systemd-timesyncd has synchronised it since the machine was started
// (systemd-timesyncd.service(8)). Any thread.
bool IsClockSynchronised();

}  // namespace pinlatch::io
