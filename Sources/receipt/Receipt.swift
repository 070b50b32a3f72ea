import ArgumentParser
@main struct Receipt: ParsableCommand {}
