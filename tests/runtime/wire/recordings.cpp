#include "recordings.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "runtime/wire/banana.hpp"
#include "source_folder.hpp"
#include "storage/hex.hpp"

namespace troupe::wire::tests {

namespace {

namespace fs = std::filesystem;

const fs::path data_folder = fs::path{source_folder} / "tests" / "data";

// A file that is not there is an error: no check passes for want of its data.
std::vector<json> lines_of(const fs::path& path) {
  std::ifstream in{path};
  if (!in)
    throw std::runtime_error{path.string() + " cannot be read"};
  std::vector<json> lines;
  for (std::string line; std::getline(in, line);)
    lines.push_back(parse_json(line).value());
  return lines;
}

bool is_msgpack(std::string_view name) {
  return name.starts_with("o_") || name.starts_with("o2_") || name.starts_with("o3_")
         || name.starts_with("o4_") || name.starts_with("p2_");
}

} // namespace

std::string text_at(const json& line, std::string_view key) {
  const auto* value = line.get_object().if_contains({key.data(), key.size()});
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

bytes raw(std::string_view hex) {
  return from_hex(hex).value();
}

std::vector<json> vectors() {
  return lines_of(data_folder / "vectors.jsonl");
}

std::vector<capture> captures() {
  std::vector<capture> all;
  for (const auto& entry : fs::directory_iterator{data_folder / "captures"}) {
    if (entry.path().extension() != ".jsonl")
      continue;
    auto& one = all.emplace_back();
    one.name = entry.path().stem();
    one.is_pb = !is_msgpack(one.name);
    if (!one.is_pb)
      continue;
    for (const auto& line : lines_of(entry.path()))
      one.chunks.push_back({.to_master = text_at(line, "dir") == "c2s",
                            .connection = line.at("conn").get_int64(),
                            .data = raw(text_at(line, "hex")),
                            .event = text_at(line, "event"),
                            .note = text_at(line, "note")});
  }
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return all;
}

sexp vector_sexp(const json& described) {
  if (described.is_array()) {
    sexp::list_type elements;
    for (const auto& element : described.get_array())
      elements.push_back(vector_sexp(element));
    return elements;
  }
  const auto& object = described.get_object();
  if (object.contains("b"))
    return raw(text_at(described, "b"));
  if (object.contains("i"))
    return parse_integer(text_at(described, "i")).value();
  return std::strtod(text_at(described, "f").c_str(), nullptr);
}

std::vector<sexp> expressions(std::string_view stream) {
  std::vector<sexp> all;
  banana_state reader;
  while (!stream.empty()) {
    auto read = take_expression(reader, stream).value();
    if (read)
      all.push_back(std::move(*read));
    reader.words_known = true;
  }
  return all;
}

bytes stream_of(const capture& from, bool to_master) {
  bytes all;
  for (const auto& part : from.chunks)
    if (part.connection == 1 && part.to_master == to_master)
      all += part.data;
  return all;
}

} // namespace troupe::wire::tests
