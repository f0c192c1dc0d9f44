// See system_error.h.
#include "io/system_error.h"

#include <cerrno>
#include <system_error>

namespace pinlatch::io {

std::string SystemErrorText(int system_error) {
  switch (system_error) {
    case EADDRINUSE:
      return "address in use";
    case EADDRNOTAVAIL:
      return "address not available on this machine";
    case EACCES:
    case EPERM:
      return "permission denied";
    case ECONNREFUSED:
      return "connection refused";
    case EHOSTUNREACH:
      return "host unreachable";
    case ENETUNREACH:
      return "network unreachable";
    case ENOENT:
      return "no such file";
    case EMFILE:
    case ENFILE:
      return "out of file descriptors";
    default:
      return std::system_category().message(system_error);
  }
}

}  // namespace pinlatch::io
