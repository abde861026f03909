// Ports as configurations write them: 9989, "9989", "tcp:9989:interface=127.0.0.1",
// "ssl:9990:privateKey=key.pem:certKey=cert.pem" (Twisted's endpoint descriptions).
#pragma once

#include <string>

#include "runtime/io/io_loop.hpp"
#include "storage/json.hpp"

namespace troupe::master {

result<io::endpoint> read_port(const std::string& text);

} // namespace troupe::master
