#include "actors/steps/transfers.hpp"

namespace troupe::steps {

using workers::datum;
using workers::transfer_method;

command_request download_request(step_host& host, const std::string& workdir,
                                 const std::string& path, const json& mode) {
  host.notes()["offset"] = 0;
  auto args = datum::map();
  args.add("workdir", datum::text(workdir));
  args.add(argument_name(host, "downloadFile", "workerdest", "slavedest"), datum::text(path));
  args.add("reader", datum::object(workers::transfer_object::reader));
  args.add("maxsize", to_datum(host.argument("maxsize")));
  const auto& block = host.argument("blocksize");
  args.add("blocksize", block.is_number() ? to_datum(block) : datum::integer(download_block));
  args.add("mode", to_datum(mode));
  command_request request;
  request.name = "downloadFile";
  request.args = std::move(args);
  return request;
}

void answer_read(step_host& host, const transfer_request& call, std::string_view text) {
  if (call.method != transfer_method::read || call.args.empty()) {
    host.answer_transfer(call.request, datum::none());
    return;
  }
  auto offset = host.notes()["offset"].to_number<std::size_t>();
  auto part = text.substr(std::min(text.size(), offset), read_size(call));
  host.notes()["offset"] = offset + part.size();
  host.answer_transfer(call.request, datum::raw(std::string{part}));
}

std::size_t read_size(const transfer_request& call) {
  constexpr std::int64_t most = 512 * 1024;
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(call.args[0].as_int().value_or(download_block), 1, most));
}

std::string argument_name(const step_host& host, std::string_view command, std::string name,
                          std::string old_name) {
  auto version = host.command_version(command);
  return version.empty() || at_least(version, 3, 0) ? name : old_name;
}

} // namespace troupe::steps
