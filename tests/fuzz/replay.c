/*
 * Stands in for libFuzzer: runs a fuzzer's function over the files of a corpus, so that every
 * compiler replays what fuzzing found.
 *
 * usage: fuzz_x FILE-OR-FOLDER...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    size_t size = 0, room = 0;

    if (!file) {
        perror(path);
        return 1;
    }
    do {
        size_t wider = room * 2 + 4096;
        uint8_t *grown = realloc(bytes, wider);

        if (!grown)
            abort();
        bytes = grown;
        room = wider;
        size += fread(bytes + size, 1, room - size, file);
    } while (size == room);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    return 0;
}

static int replay(const char *path) {
    DIR *folder = opendir(path);
    struct dirent *entry;
    int failed = 0;

    if (!folder)
        return replay_file(path);
    while ((entry = readdir(folder)) != NULL) {
        char inside[4096];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        failed |= replay_file(inside);
    }
    closedir(folder);
    return failed;
}

int main(int argc, char **argv) {
    int failed = 0;

    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    return failed;
}
