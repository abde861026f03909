#include "actors/master/ports.hpp"

namespace troupe::master {

namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\\' && i + 1 < text.size())
      parts.back() += text[++i]; // as Twisted escapes
    else if (text[i] == ':')
      parts.emplace_back();
    else
      parts.back() += text[i];
  return parts;
}

} // namespace

result<io::endpoint> read_port(const std::string& text) {
  auto parts = split(text);
  io::endpoint where;
  std::size_t next = 0;
  bool secure = parts[0] == "ssl" || parts[0] == "tls";
  if (parts[0] == "tcp" || secure)
    next = 1;
  bool numbered = false;
  for (; next < parts.size(); ++next) {
    auto equals = parts[next].find('=');
    auto key = equals == std::string::npos ? "port" : parts[next].substr(0, equals);
    auto value = equals == std::string::npos ? parts[next] : parts[next].substr(equals + 1);
    if (key == "port") {
      char* end = nullptr;
      where.port = std::strtol(value.c_str(), &end, 10);
      numbered = !value.empty() && *end == '\0' && where.port >= 0 && where.port < 65536;
    } else if (key == "interface") {
      where.host = value;
    } else if (secure && key == "privateKey") {
      where.key_file = value;
    } else if (secure && key == "certKey") {
      where.certificate_file = value;
    } else {
      return failure{errc::invalid, fmt::format("'{}': unknown part '{}' of a port", text, key)};
    }
  }
  if (!numbered)
    return failure{errc::invalid, fmt::format("'{}' is no port: a number from 0 to 65535, "
                                              "\"tcp:PORT:interface=ADDRESS\" or "
                                              "\"ssl:PORT:privateKey=FILE:certKey=FILE\" expected",
                                              text)};
  if (secure && where.key_file.empty())
    where.key_file = "server.pem";
  if (secure && where.certificate_file.empty())
    where.certificate_file = where.key_file;
  return where;
}

} // namespace troupe::master
