// See descriptors.h.
#include "io/descriptors.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace pinlatch::io {

uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kNoCeiling;
  const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  if (limit.rlim_cur < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return std::min<uint64_t>(limit.rlim_cur, kNoCeiling);
}

bool HasDescriptorBelow(int ceiling, int open) {
  if (ceiling == kNoCeiling) return true;
  const int probe = fcntl(open, F_DUPFD_CLOEXEC, 0);
  if (probe < 0) return !MeansNoDescriptor(errno);
  close(probe);
  return probe < ceiling;
}

bool IsReaderGone(int descriptor) {
  pollfd polled{.fd = descriptor, .events = 0, .revents = 0};
  return poll(&polled, 1, 0) == 1 && (polled.revents & (POLLERR | POLLHUP)) != 0;
}

bool MeansNoDescriptor(int system_error) {
  return system_error == EMFILE || system_error == ENFILE;
}

}  // namespace pinlatch::io
