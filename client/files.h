/*
 * The files that the arguments name, folders walked, in the order in which they are read, and the
 * id each text file's article gets.
 */
#ifndef KHULASA_CLIENT_FILES_H
#define KHULASA_CLIENT_FILES_H

#include <stdbool.h>
#include <stddef.h>

enum file_kind {
    FILE_TEXT,    /* .txt */
    FILE_JSON,    /* .json */
    FILE_STREAM,  /* .jsonl, .ndjson */
    FILE_UNKNOWN, /* by the first byte: standard input, other endings */
};

struct file {
    char *path; /* "-": standard input */
    char *id;   /* the name without its ending, or the path where two files share it */
    enum file_kind kind;
};

struct files {
    struct file *list;
    size_t count, capacity;
    size_t failures; /* arguments that are not there, folders that cannot be read: reported */
    size_t bytes;    /* of all regular files; 0 where one is not regular */
};

/* A folder gives its files with a known ending, hidden ones left out, in byte order of path. False
 * when out of memory. */
bool files_collect(struct files *files, char *const *paths, size_t count);
void files_clear(struct files *files);

#endif
